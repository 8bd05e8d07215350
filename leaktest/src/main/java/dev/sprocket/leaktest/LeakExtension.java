package dev.sprocket.leaktest;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * JUnit extension that fails a test run with leaked Netty resources.
 *
 * <p>Registered automatically in every module. It checks for leaks once, after the last test of the module.
 */
public final class LeakExtension implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(LeakExtension.class))
                .getOrComputeIfAbsent(LeakCheck.class, key -> new LeakCheck(), LeakCheck.class);
    }

    /** Resource that JUnit closes at the end of the run; its exception fails the run. */
    private static final class LeakCheck implements AutoCloseable {
        private static final int ROUNDS = 4;

        @Override
        public void close() throws InterruptedException {
            for (int round = 0; round < ROUNDS; round++) {
                System.gc();
                Thread.sleep(25);
                // A detector reports the garbage collector's findings when the next resource of its kind is created.
                touch(PooledByteBufAllocator.DEFAULT);
                touch(UnpooledByteBufAllocator.DEFAULT);
            }
            // Without the property (a test started manually), there is nothing to check.
            if (System.getProperty("io.netty.customResourceLeakDetector") != null && !RecordingLeakDetector.isUsed()) {
                throw new AssertionError("Netty did not load the leak detector named by the build");
            }
            List<String> leaks = RecordingLeakDetector.leaks();
            if (!leaks.isEmpty()) {
                throw new AssertionError(
                        leaks.size() + " Netty resource leak(s) in this test run:\n" + String.join("\n", leaks));
            }
        }

        private static void touch(ByteBufAllocator allocator) {
            allocator.heapBuffer(16).release();
            allocator.directBuffer(16).release();
            allocator.compositeBuffer().release();
        }
    }
}

package dev.sprocket.pubsub.internal.delivery;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;

/**
 * Buffers for many connections, excluded from Netty's leak sampling.
 *
 * <p>Netty's leak detector tracks a sample of all buffers and records a stack trace for each duplicate of a tracked
 * buffer. With a thousand recipients, this would take some milliseconds for every hundredth event. Buffers are excluded
 * at the default level, {@code SIMPLE}, only; at higher levels they are tracked like other buffers.
 */
@ThreadSafe
public final class UnsampledBuffers {
    private static final PooledByteBufAllocator ALLOC = PooledByteBufAllocator.DEFAULT;

    private UnsampledBuffers() {}

    /** Returns an empty buffer with a capacity. */
    public static ByteBuf buffer(int size) {
        ByteBuf buffer = ALLOC.directBuffer(size);
        while (buffer.unwrap() != null && isSampled()) {
            buffer.release();
            buffer = ALLOC.directBuffer(size);
        }
        return buffer;
    }

    /** Returns a buffer with the same content that can be shared; takes over the argument. */
    public static ByteBuf of(ByteBuf bytes) {
        if (bytes.unwrap() == null || !isSampled()) {
            return bytes;
        }
        ByteBuf copy = buffer(bytes.readableBytes()).writeBytes(bytes);
        bytes.release();
        return copy;
    }

    private static boolean isSampled() {
        return ResourceLeakDetector.getLevel() == Level.SIMPLE;
    }
}

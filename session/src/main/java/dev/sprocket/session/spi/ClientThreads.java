package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;

/** Makes the threads of a client library and reports the first that ends. */
@ThreadSafe
public final class ClientThreads {
    private final Runnable onFailure;
    private volatile String cause = "";

    ClientThreads(Runnable ended) {
        this.onFailure = ended;
    }

    /** Makes daemon threads that have to live as long as the client. */
    public ThreadFactory factory(String name) {
        ThreadFactory threads = new DefaultThreadFactory(name, true);
        return task -> threads.newThread(() -> {
            try {
                task.run();
            } finally {
                fail("thread " + Thread.currentThread().getName() + " ended");
            }
        });
    }

    /** Reports that the client cannot work any more, for a cause other than the end of a thread. */
    public void fail(String reported) {
        if (cause.isEmpty()) {
            cause = reported;
        }
        onFailure.run();
    }

    /** What ended first, or empty. */
    String cause() {
        return cause;
    }
}

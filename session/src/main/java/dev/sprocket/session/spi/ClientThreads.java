package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;

/** Makes the threads of a client library and reports the first that ends. */
@ThreadSafe
public final class ClientThreads {
    private final Runnable ended;
    private volatile String first = "";

    ClientThreads(Runnable ended) {
        this.ended = ended;
    }

    /** Makes daemon threads that have to live as long as the client. */
    public ThreadFactory factory(String name) {
        ThreadFactory threads = new DefaultThreadFactory(name, true);
        return task -> threads.newThread(() -> {
            try {
                task.run();
            } finally {
                end("thread " + Thread.currentThread().getName() + " ended");
            }
        });
    }

    /** Reports that the client cannot work any more, for a cause other than the end of a thread. */
    public void end(String cause) {
        if (first.isEmpty()) {
            first = cause;
        }
        ended.run();
    }

    /** What ended first, or empty. */
    String cause() {
        return first;
    }
}

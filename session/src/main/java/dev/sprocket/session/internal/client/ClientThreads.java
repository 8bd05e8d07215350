package dev.sprocket.session.internal.client;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;

/** Creates the threads of a client library and reports the first that ends. */
@ThreadSafe
public final class ClientThreads {
    private final Runnable onFailure;
    private volatile String cause = "";

    ClientThreads(Runnable ended) {
        this.onFailure = ended;
    }

    /** Returns a factory of daemon threads that must live as long as the client. */
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

    /** Reports that the client no longer works for a cause other than an ended thread. */
    public void fail(String reason) {
        if (cause.isEmpty()) {
            cause = reason;
        }
        onFailure.run();
    }

    /** Returns the first reported cause, or an empty string. */
    String cause() {
        return cause;
    }
}

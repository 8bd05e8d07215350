package dev.sprocket.wamp.internal.dealer;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Cancels a call when its answer or its next progressive result takes too long. */
@ThreadSafe
final class CallTimer {
    private final EventLoop loop;
    private final long millis;
    private final PendingCall call;
    private @Nullable Future<?> running;
    private boolean stopped;

    public CallTimer(EventLoop loop, long millis, PendingCall call) {
        this.loop = loop;
        this.millis = millis;
        this.call = call;
    }

    synchronized void restart() {
        cancel();
        if (stopped) {
            return;
        }
        try {
            running =
                    loop.schedule(() -> call.cancel("killnowait", "wamp.error.timeout"), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ended) {
            stopped = true;
        }
    }

    synchronized void stop() {
        stopped = true;
        cancel();
    }

    private void cancel() {
        if (running != null) {
            running.cancel(false);
            running = null;
        }
    }
}

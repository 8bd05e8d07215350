package dev.sprocket.pubsub.internal.delivery;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time during which a log accepts no events, with the lost events.
 *
 * <p>Lost are events whose publisher is not told. The first one is logged, and their number at the end.
 */
@ThreadSafe
public final class LogOutage {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sprocket.pubsub.Topics");
    /** Shortest time between the lines about a log that is available, but loses events. */
    private static final long MIN_NANOS = Duration.ofSeconds(10).toNanos();

    private final LongSupplier clock;
    private volatile boolean away;
    private volatile boolean losing;

    @GuardedBy("this")
    private long lost;

    @GuardedBy("this")
    private long sinceNanos;

    @GuardedBy("this")
    private CompletableFuture<Void> available = CompletableFuture.completedFuture(null);

    /** Creates the state of a log that is available. */
    public LogOutage() {
        this(System::nanoTime);
    }

    /** Creates the state with a monotonic clock in nanoseconds. */
    LogOutage(LongSupplier clock) {
        this.clock = clock;
    }

    /** Sets whether the log accepts events. */
    public void available(boolean accepts) {
        CompletableFuture<Void> waiting = null;
        synchronized (this) {
            if (accepts == away) {
                away = !accepts;
                if (accepts) {
                    waiting = available;
                    logEnd();
                } else {
                    available = new CompletableFuture<>();
                }
            }
        }
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    /** Returns a copy of a stage that completes when the log accepts events. */
    public synchronized CompletableFuture<Void> whenAvailable() {
        return available.copy();
    }

    /** Reports whether the log accepts no events. */
    public boolean isAway() {
        return away;
    }

    /** Returns the number of events that were lost since the last end. */
    public synchronized long lost() {
        return lost;
    }

    /** Counts an event that was not stored, and whose publisher is not told. */
    public void lost(Throwable cause) {
        CoreMetrics.LOST.increment(CoreMetrics.Policy.NONE, CoreMetrics.Loss.LOG);
        synchronized (this) {
            lost++;
            if (!losing) {
                losing = true;
                sinceNanos = clock.getAsLong();
                LOG.warn(
                        "events of publishers without acknowledgement are lost, their log accepts none: cause=\"{}\""
                                + " (check the log's server; the number follows)",
                        cause.getMessage());
            }
        }
    }

    /** Reports whether events were lost, and the end was not logged yet. */
    public boolean isLosing() {
        return losing;
    }

    /** Called after an event was stored. */
    public void stored() {
        if (losing) {
            synchronized (this) {
                if (!away && losing && clock.getAsLong() - sinceNanos >= MIN_NANOS) {
                    logEnd();
                }
            }
        }
    }

    @GuardedBy("this")
    private void logEnd() {
        if (losing) {
            LOG.warn(
                    "log accepts events again: lostEvents={} seconds={}",
                    lost,
                    Duration.ofNanos(clock.getAsLong() - sinceNanos).toSeconds());
            losing = false;
            lost = 0;
        }
    }
}

package dev.sprocket.cluster.internal.health;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.spi.Engine;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readiness of a node, and the log lines of its changes.
 *
 * <p>A deaf node is not ready: other nodes can serve its clients. If the engine cannot be reached, probably no node
 * reaches it, so the node stays ready for a while, if it was connected before.
 */
@ThreadSafe
public final class NodeHealth {
    /** Time for which a node whose engine cannot be reached stays ready, by default. */
    public static final Duration DEFAULT_READY_GRACE = Duration.ofSeconds(60);
    /** Time without a run of the executor after which the node does not handle events. */
    private static final Duration STALLED = Duration.ofSeconds(10);
    /** Largest number of causes that are logged while the engine is away. */
    private static final int MAX_CAUSES = 8;

    private static final Logger LOG = LoggerFactory.getLogger(NodeHealth.class);

    private final LongSupplier nanoTime;
    private Duration readyGrace = DEFAULT_READY_GRACE;
    private Engine.State state = Engine.State.AWAY;
    private boolean wasUp;
    private long sinceNanos;
    private long ranNanos;
    /** Causes of the current state that were logged. */
    private final Set<String> causes = new HashSet<>();

    private boolean graceEnded;

    /**
     * Creates the health of a node that is not connected yet.
     *
     * @param nanoTime clock in nanoseconds
     */
    public NodeHealth(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.sinceNanos = nanoTime.getAsLong();
        this.ranNanos = sinceNanos;
    }

    /** Sets how long the node stays ready while the engine is away; 0 or more. */
    public synchronized void readyGrace(Duration time) {
        readyGrace = time;
    }

    /** Handles a state of the engine, which may be the one that it has. */
    public synchronized void onState(Engine.State other, String cause) {
        if (state != other) {
            state = other;
            sinceNanos = nanoTime.getAsLong();
            causes.clear();
            graceEnded = false;
        } else if (causes.size() >= MAX_CAUSES || (state != Engine.State.AWAY && !causes.isEmpty())) {
            return;
        }
        boolean first = causes.isEmpty();
        if (causes.add(cause)) {
            log(first, cause);
        }
        wasUp |= state == Engine.State.UP;
    }

    private void log(boolean first, String cause) {
        switch (state) {
            case UP -> LOG.info("engine up: cause=\"{}\"", cause);
            case DEAF ->
                LOG.warn(
                        "engine deaf, node not ready: cause=\"{}\" (check the engine's output buffers and rights)",
                        cause);
            case AWAY -> {
                if (first) {
                    LOG.warn("engine away: cause=\"{}\" (check the engine and the network)", cause);
                } else {
                    LOG.warn("engine still away: cause=\"{}\" (check the engine and the network)", cause);
                }
            }
        }
    }

    /** Called by the executor of the node about once a second. */
    public synchronized void onRun() {
        ranNanos = nanoTime.getAsLong();
        if (state == Engine.State.AWAY && wasUp && !graceEnded && isOver(readyGrace)) {
            graceEnded = true;
            LOG.warn("node not ready, engine is still away: readyGrace={} (check the engine)", text(readyGrace));
        }
    }

    private boolean isOver(Duration limit) {
        return elapsed(sinceNanos).compareTo(limit) >= 0;
    }

    private Duration elapsed(long since) {
        return Duration.ofNanos(nanoTime.getAsLong() - since);
    }

    private static String text(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }

    /** Returns why the node is not ready, without addresses; empty if it is. */
    public synchronized String problem() {
        if (wasUp && elapsed(ranNanos).compareTo(STALLED) >= 0) {
            return "node has handled no events for " + TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - ranNanos)
                    + "s";
        }
        return switch (state) {
            case UP -> "";
            case DEAF -> "engine is deaf";
            case AWAY -> {
                if (!wasUp) {
                    yield "engine is not connected yet";
                }
                yield isOver(readyGrace) ? "engine is away" : "";
            }
        };
    }
}

package dev.sprocket.core.filter;

import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Logs a warning for callbacks that block their thread for too long.
 *
 * <p>The warning names the component and the time: on an event loop all other connections wait meanwhile. For
 * development; reads the clock twice per callback.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class SlowCallbackWarning<C extends Connection, M> extends ForwardingComponent<C, M> {
    private static final PeerLog LOG = PeerLog.of(SlowCallbackWarning.class);

    private final String name;
    private final long threshold;
    private final LongSupplier nanos;

    /** Creates a decorator that warns of callbacks longer than the threshold. */
    public SlowCallbackWarning(Duration threshold, MessageComponent<? super C, ? super M> inner) {
        this(threshold, System::nanoTime, inner);
    }

    /**
     * Creates a decorator with a custom clock.
     *
     * @param threshold longest duration without a warning
     * @param clock returns nanoseconds
     */
    SlowCallbackWarning(Duration threshold, LongSupplier clock, MessageComponent<? super C, ? super M> inner) {
        super(inner);
        if (threshold.isNegative() || threshold.isZero()) {
            throw new IllegalArgumentException("threshold: " + threshold + " (expected: > 0)");
        }
        this.name = name(inner);
        this.threshold = threshold.toNanos();
        this.nanos = clock;
    }

    private static String name(Component<?> inner) {
        String simple = inner.getClass().getSimpleName();
        return simple.isEmpty() ? inner.getClass().getName() : simple;
    }

    @Override
    public boolean ignoresContent() {
        return true;
    }

    @Override
    public void onOpen(C conn) throws Exception {
        long start = nanos.getAsLong();
        try {
            super.onOpen(conn);
        } finally {
            check("onOpen", conn, start);
        }
    }

    @Override
    public void onMessage(C from, M message) throws Exception {
        long start = nanos.getAsLong();
        try {
            super.onMessage(from, message);
        } finally {
            check("onMessage", from, start);
        }
    }

    @Override
    public void onClose(C conn) throws Exception {
        long start = nanos.getAsLong();
        try {
            super.onClose(conn);
        } finally {
            check("onClose", conn, start);
        }
    }

    @Override
    public void onError(C conn, Throwable cause) throws Exception {
        long start = nanos.getAsLong();
        try {
            super.onError(conn, cause);
        } finally {
            check("onError", conn, start);
        }
    }

    private void check(String callback, C conn, long start) {
        long took = nanos.getAsLong() - start;
        if (took > threshold) {
            LOG.cause(name + callback)
                    .warn(
                            conn,
                            "slow callback: callback={}.{} peer={} durationMs={} thresholdMs={} (wrap the component in"
                                    + " ExecuteOn)",
                            name,
                            callback,
                            conn,
                            millis(took),
                            millis(threshold));
        }
    }

    private static double millis(long nanos) {
        return nanos / 10_000 / 100.0;
    }
}

package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.PipelineContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one connection may still send: two buckets, each of which fills up in a second. A connection that is held back goes
 * into debt, and is read from again when that is paid.
 *
 * <p>Its component's and the sweep's.
 */
@ThreadSafe
final class ConnectionRateLimit implements LoopTimer.Task {
    /** What became of a message. */
    enum Verdict {
        ALLOWED,
        REJECTED,
        CLOSED,
        /** Delivered, and the connection is not read from. */
        PAUSED
    }

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LimiterBuilder limits;
    private final Connection conn;
    private final @Nullable ClientAddress address;
    private final @Nullable PipelineContext context;
    private double messages;
    private double bytes;
    private long refilled;
    private boolean paused;
    private String excess = "";

    ConnectionRateLimit(LimiterBuilder limits, Connection conn, @Nullable ClientAddress address) {
        this.limits = limits;
        this.conn = conn;
        this.address = address;
        this.context = PipelineContext.find(conn).orElse(null);
        this.messages = limits.messages();
        this.bytes = limits.bytes();
        this.refilled = now();
    }

    @Nullable
    ClientAddress address() {
        return address;
    }

    /** What was too much, for the log and the peer. */
    synchronized String excess() {
        return excess;
    }

    synchronized Verdict acquire(int size) {
        if (limits.messages() == 0 && limits.bytes() == 0) {
            return Verdict.ALLOWED;
        }
        refill(now());
        boolean tooMany = limits.messages() > 0 && messages < 1;
        boolean tooLarge = limits.bytes() > 0 && bytes < size;
        if (!tooMany && !tooLarge) {
            pay(size);
            return Verdict.ALLOWED;
        }
        excess = tooMany
                ? "more than " + limits.messages() + " messages a second"
                : "more than " + limits.bytes() + " bytes a second";
        RateLimitAction past =
                stricter(tooMany ? limits.onMessageLimit() : null, tooLarge ? limits.onByteLimit() : null);
        if (past == RateLimitAction.CLOSE) {
            return Verdict.CLOSED;
        }
        log(past);
        if (past == RateLimitAction.REJECT || context == null) {
            return Verdict.REJECTED;
        }
        pay(size);
        return pause(context);
    }

    private static RateLimitAction stricter(@Nullable RateLimitAction one, @Nullable RateLimitAction other) {
        if (one == RateLimitAction.CLOSE || other == RateLimitAction.CLOSE) {
            return RateLimitAction.CLOSE;
        }
        return one == RateLimitAction.REJECT || other == RateLimitAction.REJECT
                ? RateLimitAction.REJECT
                : RateLimitAction.PAUSE;
    }

    private void pay(int size) {
        if (limits.messages() > 0) {
            messages -= 1;
        }
        if (limits.bytes() > 0) {
            bytes -= size;
        }
    }

    private void refill(long now) {
        double seconds = (now - refilled) / SECOND;
        refilled = now;
        messages = Math.min(limits.messages(), messages + seconds * limits.messages());
        bytes = Math.min(limits.bytes(), bytes + seconds * limits.bytes());
    }

    private Verdict pause(PipelineContext on) {
        if (paused) {
            // it had been read before
            return Verdict.ALLOWED;
        }
        paused = true;
        on.outbound().pauseReads();
        on.onLoop(() -> LoopTimer.of(on.outbound().loop()).add(this));
        return Verdict.PAUSED;
    }

    @Override
    public synchronized boolean tick(long now) {
        refill(now);
        if (conn.isOpen() && (messages < 0 || bytes < 0)) {
            return true;
        }
        paused = false;
        if (context != null) {
            context.outbound().resumeReads();
        }
        return false;
    }

    private void log(RateLimitAction past) {
        Limiter.LOG.cause(past).info(conn, "{} sends {} ({})", conn, excess, past);
    }

    private long now() {
        return context == null
                ? System.nanoTime()
                : context.outbound().loop().ticker().nanoTime();
    }
}

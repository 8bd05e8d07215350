package dev.sprocket.core.filter;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.rate.TokenBucket;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.PipelineContext;
import org.jspecify.annotations.Nullable;

/**
 * Rate limit of one connection: two token buckets, each of which refills within a second.
 *
 * <p>A connection whose reads are paused goes into debt, and reads resume when it is paid.
 *
 * <p>Used by the component's callbacks and by the timer of the event loop.
 */
@ThreadSafe
final class ConnectionRateLimit implements LoopTimer.Task {
    /** Result for one message. */
    enum Verdict {
        ALLOWED,
        REJECTED,
        CLOSED,
        /** Delivered, and reads are paused. */
        PAUSED
    }

    private final LimiterOptions limits;
    private final Connection conn;
    private final @Nullable ClientAddress address;
    private final @Nullable PipelineContext context;
    private final TokenBucket messages;
    private final TokenBucket bytes;
    private boolean paused;
    private String violation = "";

    ConnectionRateLimit(LimiterOptions limits, Connection conn, @Nullable ClientAddress address) {
        this.limits = limits;
        this.conn = conn;
        this.address = address;
        this.context = PipelineContext.find(conn).orElse(null);
        this.messages = new TokenBucket(limits.messages(), now());
        this.bytes = new TokenBucket(limits.bytes(), now());
    }

    @Nullable
    ClientAddress address() {
        return address;
    }

    /** Returns the exceeded limit, for the log and the peer. */
    synchronized String violation() {
        return violation;
    }

    synchronized Verdict acquire(int size) {
        if (limits.messages() == 0 && limits.bytes() == 0) {
            return Verdict.ALLOWED;
        }
        refill(now());
        boolean tooMany = !messages.has(1);
        boolean tooLarge = !bytes.has(size);
        if (!tooMany && !tooLarge) {
            pay(size);
            return Verdict.ALLOWED;
        }
        violation = tooMany
                ? "more than " + limits.messages() + " messages a second"
                : "more than " + limits.bytes() + " bytes a second";
        Limiter.Action action =
                stricter(tooMany ? limits.onMessageLimit() : null, tooLarge ? limits.onByteLimit() : null);
        if (action == Limiter.Action.CLOSE) {
            return Verdict.CLOSED;
        }
        log(action);
        if (action == Limiter.Action.REJECT || context == null) {
            return Verdict.REJECTED;
        }
        pay(size);
        return pause(context);
    }

    private static Limiter.Action stricter(Limiter.@Nullable Action one, Limiter.@Nullable Action other) {
        if (one == Limiter.Action.CLOSE || other == Limiter.Action.CLOSE) {
            return Limiter.Action.CLOSE;
        }
        return one == Limiter.Action.REJECT || other == Limiter.Action.REJECT
                ? Limiter.Action.REJECT
                : Limiter.Action.PAUSE;
    }

    private void pay(int size) {
        messages.take(1);
        bytes.take(size);
    }

    private void refill(long now) {
        messages.refill(now);
        bytes.refill(now);
    }

    private Verdict pause(PipelineContext on) {
        if (paused) {
            // the message had already been read
            return Verdict.ALLOWED;
        }
        paused = true;
        on.pauseReads();
        on.onLoop(() -> on.timer().add(this));
        return Verdict.PAUSED;
    }

    @Override
    public synchronized boolean tick(long now) {
        refill(now);
        if (conn.isOpen() && (messages.isInDebt() || bytes.isInDebt())) {
            return true;
        }
        paused = false;
        if (context != null) {
            context.resumeReads();
        }
        return false;
    }

    private void log(Limiter.Action action) {
        Limiter.LOG
                .cause(action)
                .info(conn, "rate limit exceeded: peer={} reason={} action={}", conn, violation, action);
    }

    private long now() {
        return context == null ? System.nanoTime() : context.loop().ticker().nanoTime();
    }

    @Override
    public String toString() {
        return "rate limit of " + conn;
    }
}

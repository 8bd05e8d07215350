package dev.sprocket.testkit;

import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Clock of in-memory connections that a test advances.
 *
 * <p>When the clock advances, keepalive, timeouts and all other due tasks run immediately, on the caller's thread.
 *
 * <pre>{@code
 * VirtualClock clock = new VirtualClock();
 * WsPeer ann = WsPeer.to(chat, clock);
 * WsPeer bob = WsPeer.to(chat, clock);
 * clock.advance(Duration.ofSeconds(30));
 * ann.isPinged();
 * }</pre>
 *
 * <p>A peer without an explicit clock has its own. Not thread-safe.
 */
public final class VirtualClock {
    /** Interval of the server's loop timer. */
    private static final long STEP = Duration.ofMillis(500).toNanos();

    private final MockTicker ticker = Ticker.newMockTicker();
    private final List<MemorySocket> sockets = new ArrayList<>();

    MockTicker ticker() {
        return ticker;
    }

    void add(MemorySocket socket) {
        sockets.add(socket);
    }

    /**
     * Advances the time of all connections and runs due tasks in order.
     *
     * @throws IllegalArgumentException if the time is negative
     */
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time: " + time + " (expected: zero or more)");
        }
        for (long left = time.toNanos(); left > 0; left -= STEP) {
            ticker.advance(Math.min(left, STEP), TimeUnit.NANOSECONDS);
            List.copyOf(sockets).forEach(MemorySocket::runDue);
        }
    }

    /** Returns the time that has passed since this clock was created. */
    public Duration now() {
        return Duration.ofNanos(ticker.nanoTime() - ticker.initialNanoTime());
    }

    @Override
    public String toString() {
        return "virtual clock at " + now();
    }
}

package dev.sprocket.testkit;

import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The time of connections in memory: it stands still until a test moves it. Keepalive, time limits and whatever else is due then
 * happens at once, on the caller's thread.
 *
 * <pre>{@code
 * VirtualClock clock = new VirtualClock();
 * WsPeer ann = WsPeer.to(chat, clock);
 * WsPeer bob = WsPeer.to(chat, clock);
 * clock.advance(Duration.ofSeconds(30));
 * ann.isPinged();
 * }</pre>
 *
 * <p>Every peer that is given none has one of its own. Not thread-safe.
 */
public final class VirtualClock {
    /** As often as the server looks after its connections. */
    private static final long STEP = Duration.ofMillis(500).toNanos();

    private final MockTicker ticker = Ticker.newMockTicker();
    private final List<MemorySocket> sockets = new ArrayList<>();

    MockTicker ticker() {
        return ticker;
    }

    void add(MemorySocket socket) {
        sockets.add(socket);
    }

    /** Lets time pass for all connections, and what is due happen in its order. Throws if it is below zero. */
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time: " + time + " (expected: zero or more)");
        }
        for (long left = time.toNanos(); left > 0; left -= STEP) {
            ticker.advance(Math.min(left, STEP), TimeUnit.NANOSECONDS);
            List.copyOf(sockets).forEach(MemorySocket::runDue);
        }
    }

    /** How much time has passed. */
    public Duration now() {
        return Duration.ofNanos(ticker.nanoTime() - ticker.initialNanoTime());
    }

    @Override
    public String toString() {
        return "virtual clock at " + now();
    }
}

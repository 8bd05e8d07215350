package dev.sprocket.core.spi;

import io.netty.util.concurrent.Ticker;

/**
 * Limits the time that the messages of one connection take in an iteration of its event loop, to 5 milliseconds.
 *
 * <p>A decoder asks before each message. When the time is used up it keeps the bytes that it has, and is called again in the next
 * iteration, after the other connections; meanwhile the socket is not read from. So a peer that sends many messages at once,
 * each cheap to send and expensive to serve, delays itself and nobody else. A single message may take longer.
 *
 * <p>Threads: its connection's event loop.
 */
public final class ReadBudget {
    /** The time, in nanoseconds. */
    public static final long NANOS = 5_000_000;

    private final Outbound outbound;
    private final Turn turn;
    private final Ticker ticker;
    private final Runnable resume;
    private long began;
    private boolean counting;
    private boolean held;

    /** @param resume goes on with the bytes that were kept; must do nothing if the connection has ended */
    public ReadBudget(Outbound outbound, Runnable resume) {
        this.outbound = outbound;
        this.turn = Turn.of(outbound.loop());
        this.ticker = outbound.loop().ticker();
        this.resume = resume;
    }

    /** Whether another message may be handled now; otherwise the decoder is resumed later. The first of an iteration always may. */
    public boolean allows() {
        if (held) {
            return false;
        }
        long now = ticker.nanoTime();
        if (!counting) {
            counting = true;
            began = now;
            turn.atEnd(() -> counting = false);
            return true;
        }
        if (now - began < NANOS) {
            return true;
        }
        held = true;
        outbound.reading(false);
        // a task of this iteration would run before others are read from
        turn.atEnd(() -> outbound.loop().execute(this::resume));
        return false;
    }

    /** Whether the decoder is to be resumed. */
    public boolean isHolding() {
        return held;
    }

    private void resume() {
        held = false;
        outbound.reading(true);
        resume.run();
    }
}

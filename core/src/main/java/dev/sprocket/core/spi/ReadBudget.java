package dev.sprocket.core.spi;

import io.netty.util.concurrent.Ticker;

/**
 * Limits the time that the messages of one connection take in an iteration of its event loop, to 5 milliseconds.
 *
 * <p>A decoder asks before each message. When the time is used up it keeps the bytes that it has, and is called again in the next
 * iteration, after the other connections; meanwhile the socket is not read from. So a peer that sends many messages at once,
 * each cheap to send and expensive to serve, delays itself and nobody else. A single message may take longer.
 *
 * <p>A lower level of a connection waits for a higher one that has postponed messages. If the peer ends its stream in order, what
 * was postponed is still handled ({@link Outbound#closeAfterPostponed}).
 *
 * <p>Confined to the connection's event loop.
 */
public final class ReadBudget {
    /** The time, in nanoseconds. */
    public static final long NANOS = 5_000_000;

    private static final PeerLog LOG = PeerLog.of(ReadBudget.class);

    private final Outbound outbound;
    private final PostponedReads postponed;
    private final int level;
    private final LoopIteration iteration;
    private final Ticker ticker;
    private final Runnable resume;
    private long began;
    private boolean counting;
    private boolean paused;

    /** @param resume goes on with the bytes that were kept; must do nothing if the connection has ended */
    public ReadBudget(Outbound outbound, Runnable resume) {
        this.outbound = outbound;
        this.postponed = outbound.postponed();
        this.level = postponed.nextLevel();
        this.iteration = LoopIteration.of(outbound.loop());
        this.ticker = outbound.loop().ticker();
        this.resume = resume;
    }

    /** Whether another message may be handled now; otherwise the decoder is resumed later. The first of an iteration always may. */
    public boolean allows() {
        if (paused) {
            return false;
        }
        if (postponed.isPausedAbove(level)) {
            pause();
            return false;
        }
        long now = ticker.nanoTime();
        if (!counting) {
            counting = true;
            began = now;
            iteration.runAtEnd(() -> counting = false);
            return true;
        }
        if (now - began < NANOS) {
            return true;
        }
        pause();
        return false;
    }

    private void pause() {
        paused = true;
        postponed.add(this);
        outbound.pauseReads();
        // a task of this iteration would run before others are read from
        iteration.runAtEnd(() -> outbound.loop().execute(this::resume));
    }

    /** Whether the decoder is to be resumed. */
    public boolean isPaused() {
        return paused;
    }

    /** Logs the postponed messages of a connection that was cut: nobody is left to answer. */
    public static void logDropped(Object connection, int messages) {
        if (messages > 0) {
            LOG.cause("cut off")
                    .info(
                            connection,
                            "{} cut off before its messages were handled: messages={}"
                                    + " (clients should close connections with a handshake or FIN)",
                            connection,
                            messages);
        }
    }

    int level() {
        return level;
    }

    private void resume() {
        paused = false;
        postponed.remove(this);
        outbound.resumeReads();
        try {
            resume.run();
        } finally {
            postponed.closeIfDue();
        }
    }
}

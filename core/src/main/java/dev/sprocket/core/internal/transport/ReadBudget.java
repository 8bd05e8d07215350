package dev.sprocket.core.internal.transport;

import dev.sprocket.core.internal.log.PeerLog;
import io.netty.util.concurrent.Ticker;

/**
 * Limits the processing time of one connection per event loop iteration to 5 milliseconds.
 *
 * <p>A decoder asks before each message. When the time is used up, the decoder keeps its bytes and is called again in
 * the next iteration, after the other connections; reads are paused in the meantime. A peer that sends many messages at
 * once, each cheap to send and expensive to serve, delays only itself. A single message may take longer.
 *
 * <p>A lower layer of a connection waits for a higher one that postponed messages. If the peer ends its stream in
 * order, postponed messages are still handled ({@link Inbound#closeAfterPostponed}).
 *
 * <p>Confined to the connection's event loop.
 */
public final class ReadBudget {
    /** Processing time per iteration, in nanoseconds. */
    public static final long NANOS = 5_000_000;

    private static final PeerLog LOG = PeerLog.of(ReadBudget.class);

    private final Inbound inbound;
    private final PostponedReads postponed;
    private final int level;
    private final LoopIteration iteration;
    private final Ticker ticker;
    private final Runnable resume;
    private long startNanos;
    private boolean counting;
    private boolean paused;

    /**
     * Creates the budget of one decoder.
     *
     * @param resume continues with the retained bytes; must do nothing if the connection is closed
     */
    public ReadBudget(Inbound inbound, Runnable resume) {
        this.inbound = inbound;
        this.postponed = inbound.postponed();
        this.level = postponed.nextLevel();
        this.iteration = LoopIteration.of(inbound.loop());
        this.ticker = inbound.loop().ticker();
        this.resume = resume;
    }

    /**
     * Reports whether another message may be handled now; otherwise the decoder is resumed later. The first message of
     * an iteration is always allowed.
     */
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
            startNanos = now;
            iteration.runAtEnd(() -> counting = false);
            return true;
        }
        if (now - startNanos < NANOS) {
            return true;
        }
        pause();
        return false;
    }

    private void pause() {
        paused = true;
        postponed.add(this);
        inbound.pauseReads();
        // a task of this iteration would run before other connections are read
        iteration.runAtEnd(() -> inbound.loop().execute(this::resume));
    }

    /** Reports whether the decoder is waiting to be resumed. */
    public boolean isPaused() {
        return paused;
    }

    /** Logs the postponed messages of a connection that was aborted by its peer. */
    public static void logDropped(Object connection, int messages) {
        if (messages > 0) {
            LOG.cause("aborted")
                    .info(
                            connection,
                            "connection reset by the peer, received messages discarded: peer={} messages={}"
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
        inbound.resumeReads();
        try {
            resume.run();
        } finally {
            postponed.closeIfDue();
        }
    }
}

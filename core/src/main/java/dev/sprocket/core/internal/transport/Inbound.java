package dev.sprocket.core.internal.transport;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.CloseReason;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Inbound side of one socket, shared by all layers above it.
 *
 * <p>Pauses reads for backpressure, and keeps the end of a stream behind messages that were postponed.
 */
@ThreadSafe
public final class Inbound {
    private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

    private final Channel channel;
    private final Outbound outbound;
    /** Null until a decoder limits its processing time. Accessed on the event loop only. */
    private @Nullable PostponedReads postponed;

    private int pauses;

    Inbound(Channel channel, Outbound outbound) {
        this.channel = channel;
        this.outbound = outbound;
    }

    /**
     * Pauses reads from the socket, so that TCP flow control slows the peer down.
     *
     * <p>Data that was already received may still be delivered. Several callers may pause reads at the same time; reads
     * resume after each of them has called {@link #resumeReads} once.
     */
    public synchronized void pauseReads() {
        pauses++;
        if (pauses == 1) {
            setAutoRead(false);
        }
    }

    /** Ends one {@linkplain #pauseReads pause}; reads resume with the last one. */
    public synchronized void resumeReads() {
        pauses--;
        // epoll has deregistered a socket after the end of the peer's stream; another read request would be an error
        boolean ended = channel instanceof DuplexChannel socket && socket.isInputShutdown();
        if (pauses == 0 && !ended) {
            setAutoRead(true);
        }
    }

    /** Reports whether reads are not paused. */
    public synchronized boolean isReading() {
        return pauses == 0;
    }

    private void setAutoRead(boolean on) {
        try {
            channel.config().setAutoRead(on);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("event loop terminated: channel={}", channel);
        }
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    /** Returns the postponed reads of this connection. Called on the event loop. */
    PostponedReads postponed() {
        PostponedReads existing = postponed;
        if (existing == null) {
            existing = new PostponedReads(outbound);
            postponed = existing;
        }
        return existing;
    }

    /**
     * Claims an end-of-stream request while earlier messages are postponed.
     *
     * <p>These messages are handled first, in order, and can be answered; then the connection is closed. Called on the
     * event loop by a handler whose protocol ends with the stream.
     *
     * @return true if the request was claimed
     */
    public boolean closeAfterPostponed(CloseRequest request) {
        PostponedReads pending = postponed;
        if (request.reason().type() == CloseReason.Type.END_OF_STREAM
                && !request.isClaimed()
                && pending != null
                && pending.closeAfterwards()) {
            request.claim();
            return true;
        }
        return false;
    }
}

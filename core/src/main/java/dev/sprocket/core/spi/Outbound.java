package dev.sprocket.core.spi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out of one socket, shared by all levels above it: queues what they write, has it flushed at the end of the
 * turn, and keeps what waits for a slow reader below a limit.
 *
 * <p>Threads: any.
 */
public final class Outbound {
    /** How long a closing connection may take to send what is queued, and a peer to read a last answer. */
    private static final long CLOSE_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Outbound.class);

    private final ChannelHandlerContext first;
    private final Turn turn;
    private final long limit;
    private final Gathering gathering = new Gathering();
    private boolean dirty;
    private volatile boolean closing;

    /**
     * Made by the lowest level, on the event loop.
     *
     * @param first the lowest handler's context
     * @param limit how many bytes may wait for the peer to read them; past it the connection is closed
     */
    public Outbound(ChannelHandlerContext first, long limit) {
        this.first = first;
        this.turn = Turn.of(first.channel().eventLoop());
        this.limit = limit;
    }

    /** The event loop that this connection lives on. */
    public EventLoop loop() {
        return first.channel().eventLoop();
    }

    /** Whether something written now would still be sent. */
    public boolean isOpen() {
        return !closing && first.channel().isActive();
    }

    /**
     * Queues a message on the way out of a handler; takes over one reference to it.
     *
     * @return false if the connection is closed; the message is released
     */
    public boolean write(ChannelHandlerContext from, Object message) {
        if (isOpen()) {
            if (loop().inEventLoop()) {
                writeNow(from, message);
                return true;
            }
            try {
                loop().execute(() -> writeNow(from, message));
                return true;
            } catch (RejectedExecutionException stopped) {
                LOG.debug("{}: not sent, its event loop has ended", first.channel());
            }
        }
        ReferenceCountUtil.release(message);
        return false;
    }

    private void writeNow(ChannelHandlerContext from, Object message) {
        gathering.handOver();
        from.write(message, from.voidPromise());
        flushLater();
        keepLimit();
    }

    /**
     * Where to write a small frame on the way out of a handler, at once and nothing else: it leaves with the others of
     * the turn, in order with what is {@linkplain #write written}. On the event loop.
     *
     * @param size the most that will be written
     * @return null if the connection is closed, or the frame is too large for this
     */
    public @Nullable ByteBuf gather(ChannelHandlerContext from, int size) {
        if (size > Gathering.SMALL || !isOpen()) {
            return null;
        }
        ByteBuf room = gathering.room(from, size);
        if (room == null) {
            gathering.handOver();
            keepLimit();
            room = closing ? null : gathering.room(from, size);
        }
        flushLater();
        return room;
    }

    private void flushLater() {
        if (!dirty) {
            dirty = true;
            turn.written(this);
        }
    }

    private void keepLimit() {
        if (pending() > limit) {
            flush();
        }
    }

    private long pending() {
        ChannelOutboundBuffer buffer = first.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    void flush() {
        if (!dirty) {
            return;
        }
        dirty = false;
        gathering.handOver();
        first.flush();
        if (pending() > limit && !closing) {
            LOG.warn(
                    "{} closed: {} bytes wait for a peer that does not read (limit: {})",
                    first.channel().remoteAddress(),
                    pending(),
                    limit);
            closing = true;
            first.close();
        }
    }

    /** Whether the socket is read from: false holds the peer back, as far as what it has sent already allows. */
    public void reading(boolean on) {
        first.channel().config().setAutoRead(on);
    }

    /** Sends what is queued, then closes the socket; after five seconds in any case. */
    public void close() {
        closeBy(first::close);
    }

    /**
     * As {@link #close()}, but gives a peer that is still sending the time to read the last answer, which a reset of the
     * connection could destroy (RFC 9112 9.6).
     */
    public void closeLingering() {
        closeBy(() -> {
            if (first.channel() instanceof DuplexChannel socket) {
                SslHandler tls = first.pipeline().get(SslHandler.class);
                if (tls == null) {
                    socket.shutdownOutput();
                } else {
                    // a stream that ends without a close_notify may have been cut by somebody else (RFC 8446 6.1)
                    tls.closeOutbound().addListener(sent -> socket.shutdownOutput());
                }
                forceLater(1);
            } else {
                first.close();
            }
        });
    }

    private void closeBy(Runnable end) {
        if (closing) {
            return;
        }
        closing = true;
        try {
            if (loop().inEventLoop()) {
                closeNow(end);
            } else {
                loop().execute(() -> closeNow(end));
            }
        } catch (RejectedExecutionException stopped) {
            LOG.debug("{}: its event loop has ended", first.channel());
        }
    }

    private void closeNow(Runnable end) {
        dirty = false;
        gathering.handOver();
        ChannelFuture last = first.writeAndFlush(Unpooled.EMPTY_BUFFER);
        last.addListener((ChannelFutureListener) done -> end.run());
        if (!last.isDone()) {
            forceLater(CLOSE_SECONDS);
        }
    }

    private void forceLater(long seconds) {
        Channel channel = first.channel();
        if (channel.isOpen()) {
            var timer = loop().schedule(() -> channel.close(), seconds, TimeUnit.SECONDS);
            channel.closeFuture().addListener(closed -> timer.cancel(false));
        }
    }
}

package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.DropStats;
import dev.sprocket.core.OutboundLimit;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one socket, shared by all levels above it: queues what they write, has it flushed at the end of the
 * turn, and keeps what waits for a slow reader below a limit.
 */
@ThreadSafe
public final class Outbound {
    /** From how many waiting bytes on a channel is not writable, unless the limit is so low that it must be earlier. */
    private static final int HIGH = 64 * 1024;

    private static final PeerLog LOG = PeerLog.of(Outbound.class);

    private final ChannelHandlerContext first;
    private final LoopIteration iteration;
    private final OutboundLimit limit;
    private final DropStats total;
    private volatile @Nullable PendingWrites pendingWrites;
    /** Only while something is gathered. */
    private @Nullable WriteCoalescer coalescer;
    /** What was gathered the last time: a guess at what comes now, so that the buffer need not grow. */
    private int coalescedSize;

    /** Null until a decoder limits its time. */
    private @Nullable PostponedReads postponed;

    /** What messages are about that say nothing themselves. On the event loop. */
    private @Nullable ConflationKey currentKey;

    private boolean dirty;
    private int pauses;
    private volatile boolean congested;
    private volatile boolean closing;

    /**
     * Made by the lowest level, on the event loop.
     *
     * @param first the lowest handler's context
     * @param limit how much may wait for the peer to read it
     * @param total counts what was lost
     */
    public Outbound(ChannelHandlerContext first, OutboundLimit limit, DropStats total) {
        this.first = first;
        this.iteration = LoopIteration.of(first.channel().eventLoop());
        this.limit = limit;
        this.total = total;
        int high = high(limit);
        if (high < HIGH) {
            first.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(Math.max(1, high / 2), high));
        }
    }

    private static int high(OutboundLimit limit) {
        return (int) Math.max(1, Math.min(HIGH, limit.bytes() / 2));
    }

    /** What fits below the limit as long as the channel is writable. */
    private long spare() {
        return limit.bytes() - high(limit);
    }

    /**
     * The way out of one of several streams of this socket, with a limit as high as the socket's and what it loses counted
     * there too.
     */
    public Outbound forStream(ChannelHandlerContext stream) {
        return new Outbound(stream, limit, total);
    }

    /** Where a write of a handler may begin as well: at the lowest, if no other in between hears of writes. */
    ChannelHandlerContext earliestContext(ChannelHandlerContext from) {
        boolean between = false;
        for (Map.Entry<String, ChannelHandler> entry : from.pipeline()) {
            if (entry.getValue() == from.handler()) {
                return first;
            }
            if (between && entry.getValue() instanceof ChannelOutboundHandler) {
                return from;
            }
            between |= entry.getValue() == first.handler();
        }
        return from;
    }

    /** The event loop that this connection lives on. */
    public EventLoop loop() {
        return first.channel().eventLoop();
    }

    /** Whether something written now would still be sent. */
    public boolean isOpen() {
        return !closing && first.channel().isActive();
    }

    /** Whether something written now would be on its way at once, not behind what a slow peer has yet to read. */
    public boolean isWritable() {
        return isOpen() && !congested;
    }

    /** Whether a message of so many bytes would be on its way at once, and would not have to be dropped. */
    public boolean fits(int size) {
        return !congested && size + PendingWrites.OVERHEAD <= spare();
    }

    /**
     * Queues a message on the way out of a handler that must not be dropped; takes over one reference to it.
     *
     * @return false if the connection is closed, or now will be because the message does not fit; the message is released
     */
    public boolean write(ChannelHandlerContext from, Object message) {
        if (isOpen()) {
            if (loop().inEventLoop()) {
                return writeNow(from, message);
            }
            if (later(() -> writeNow(from, message))) {
                return true;
            }
        }
        ReferenceCountUtil.release(message);
        return false;
    }

    /**
     * As {@link #write}, but if the peer reads too slowly the message may be dropped; so it must be a whole one, on which
     * no other depends.
     *
     * @param subject what it is about, if anything
     * @return false also if the message is dropped at once
     */
    public boolean offer(ChannelHandlerContext from, Object message, @Nullable ConflationKey subject) {
        if (isOpen()) {
            if (loop().inEventLoop()) {
                return offerNow(from, message, subject);
            }
            if (later(() -> offerNow(from, message, subject))) {
                return true;
            }
        }
        ReferenceCountUtil.release(message);
        return false;
    }

    /**
     * What is written from now on leaves at {@link #uncork}, and not at the end of the turn. For whoever writes to many
     * connections at the end of a turn: another walk through a thousand of them, to flush, is one through cold memory. On
     * the event loop.
     */
    public void cork() {
        dirty = true;
    }

    /** Has leave what was written. On the event loop. */
    public void uncork() {
        flush();
    }

    private boolean writeNow(ChannelHandlerContext from, Object message) {
        writeCoalesced();
        if (congested) {
            return pendingWrites().write(from, message);
        }
        writeToChannel(from, message);
        return true;
    }

    private void writeCoalesced() {
        WriteCoalescer full = coalescer;
        if (full != null) {
            coalescer = null;
            coalescedSize = full.write();
            iteration.recycle(full);
        }
    }

    /**
     * Sends a message that {@code about} hears of if it is dropped now or later. On the event loop.
     *
     * @param sending sends it through the levels of this connection
     */
    public boolean sendWithKey(ConflationKey about, BooleanSupplier sending) {
        ConflationKey before = currentKey;
        currentKey = about;
        try {
            return sending.getAsBoolean();
        } finally {
            currentKey = before;
        }
    }

    private boolean offerNow(ChannelHandlerContext from, Object message, @Nullable ConflationKey stated) {
        ConflationKey subject = stated == null ? this.currentKey : stated;
        writeCoalesced();
        if (congested || PendingWrites.size(message) > spare()) {
            return pendingWrites().offer(from, message, subject);
        }
        writeToChannel(from, message);
        return true;
    }

    void writeToChannel(ChannelHandlerContext from, Object message) {
        from.write(message, from.voidPromise());
        flushLater();
    }

    /**
     * Where to write a small frame on the way out of a handler, at once and nothing else: it leaves with the others of
     * the turn, in order with what is {@linkplain #write written}. On the event loop.
     *
     * @param size the most that will be written
     * @return null if the connection is closed, the frame is too large for this, or the peer reads too slowly
     */
    public @Nullable ByteBuf coalescingBuffer(ChannelHandlerContext from, int size) {
        if (congested || size > WriteCoalescer.SMALL || spare() < HIGH || !isOpen()) {
            return null;
        }
        ByteBuf room = room(from, size);
        if (room == null) {
            writeCoalesced();
            room = congested ? null : room(from, size);
        }
        flushLater();
        return room;
    }

    private @Nullable ByteBuf room(ChannelHandlerContext from, int size) {
        WriteCoalescer now = coalescer;
        if (now == null) {
            now = iteration.takeCoalescer();
            coalescer = now;
            return now.begin(from, Math.max(coalescedSize, size));
        }
        return now.room(from);
    }

    private void flushLater() {
        if (!dirty) {
            dirty = true;
            iteration.addWritten(this);
        }
    }

    long channelPendingBytes() {
        Channel channel = first.channel();
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer != null) {
            return buffer.totalPendingWriteBytes();
        }
        // a stream of HTTP/2 has no buffer that one could ask
        return !channel.isActive() || channel.isWritable()
                ? 0
                : channel.config().getWriteBufferLowWaterMark() + channel.bytesBeforeWritable();
    }

    /** Told by the lowest handler, within the write or the flush that changed it. */
    public void writabilityChanged() {
        PendingWrites waiting = pendingWrites;
        if (waiting != null) {
            waiting.drain(false);
        }
        congested = !first.channel().isWritable() || (waiting != null && !waiting.isEmpty());
        if (!congested && waiting != null) {
            waiting.takeWritableTasks().forEach(task -> iteration.runAtEnd(() -> run(task)));
        }
    }

    /** Runs a task on the event loop as soon as {@link #isWritable}: soon, if it is now; never, if the connection ends before. */
    public void whenWritable(Runnable task) {
        later(() -> {
            if (isWritable()) {
                run(task);
            } else if (isOpen()) {
                pendingWrites().whenWritable(task);
            }
        });
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error(
                    first.channel().remoteAddress(),
                    "{}: what waited for it to be writable failed",
                    first.channel().remoteAddress(),
                    e);
        }
    }

    private boolean later(Runnable task) {
        try {
            loop().execute(task);
            return true;
        } catch (RejectedExecutionException stopped) {
            LOG.debug("{}: its event loop has ended", first.channel());
            return false;
        }
    }

    private PendingWrites pendingWrites() {
        PendingWrites known = pendingWrites;
        if (known == null) {
            known = new PendingWrites(this, first.channel(), limit, new DropStats(total));
            pendingWrites = known;
        }
        return known;
    }

    /** What this connection has lost because its peer reads too slowly. */
    public DropStats dropStats() {
        PendingWrites known = pendingWrites;
        return known == null ? new DropStats() : known.dropStats();
    }

    /** How many bytes wait for the peer to read them, with what each message costs beside its own. */
    public long pendingBytes() {
        PendingWrites known = pendingWrites;
        return channelPendingBytes() + (known == null ? 0 : known.bytes());
    }

    /** Whoever has words for it tells the peer, who has five seconds to read them; then the connection ends. */
    void overflowed() {
        CloseRequest ending = new CloseRequest(CloseRequest.Cause.OVERFLOW);
        first.fireUserEventTriggered(ending);
        if (ending.isClaimed()) {
            close();
        } else {
            closing = true;
            first.close();
        }
    }

    void flush() {
        if (dirty) {
            dirty = false;
            writeCoalesced();
            first.flush();
        }
    }

    /**
     * Pauses reads from the socket, so that TCP slows the peer down.
     *
     * <p>Data that was received already may still be delivered. Several callers may pause reads at the same time; reads resume
     * after each of them has called {@link #resumeReads} once.
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
        boolean ended = first.channel() instanceof DuplexChannel socket && socket.isInputShutdown();
        if (pauses == 0 && !ended) {
            setAutoRead(true);
        }
    }

    private void setAutoRead(boolean on) {
        try {
            first.channel().config().setAutoRead(on);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("{}: event loop terminated", first.channel());
        }
    }

    /** The messages that wait for another turn. On the event loop. */
    PostponedReads postponed() {
        PostponedReads known = postponed;
        if (known == null) {
            known = new PostponedReads(this);
            postponed = known;
        }
        return known;
    }

    /**
     * Takes the end of the peer's stream if messages before it wait for another turn of the event loop.
     *
     * <p>They are handled first, in order, and can be answered; then the connection is closed. Called on the event loop by a
     * handler whose protocol ends with the stream.
     *
     * @return whether it was taken
     */
    public boolean closeAfterPostponed(CloseRequest ending) {
        PostponedReads waiting = postponed;
        if (ending.cause() == CloseRequest.Cause.END_OF_STREAM
                && !ending.isClaimed()
                && waiting != null
                && waiting.closeAfterwards()) {
            ending.claim();
            return true;
        }
        return false;
    }

    /** Whether nobody holds the peer back. */
    public synchronized boolean isReading() {
        return pauses == 0;
    }

    /** Sends what is queued, then closes the socket; after five seconds in any case. */
    public void close() {
        closeBy(CloseMode.AT_ONCE);
    }

    /**
     * As {@link #close()}, but gives a peer that is still sending the time to read the last answer, which a reset of the
     * connection could destroy (RFC 9112 9.6).
     */
    public void closeLingering() {
        closeBy(CloseMode.LINGERING);
    }

    private void closeBy(CloseMode hangup) {
        if (closing) {
            return;
        }
        closing = true;
        if (loop().inEventLoop()) {
            closeNow(hangup);
        } else {
            later(() -> closeNow(hangup));
        }
    }

    private void closeNow(CloseMode hangup) {
        writeCoalesced();
        PendingWrites waiting = pendingWrites;
        if (waiting != null) {
            waiting.drain(true);
        }
        dirty = false;
        hangup.after(first);
    }
}

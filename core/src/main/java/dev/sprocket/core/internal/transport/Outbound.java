package dev.sprocket.core.internal.transport;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.log.SentBytes;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.net.AddressText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Outbound side of one socket, shared by all layers above it.
 *
 * <p>Queues writes, flushes them at the end of the event loop iteration, and keeps the bytes that are pending for a
 * slow reader below a limit.
 */
@ThreadSafe
public final class Outbound {
    /** Pending bytes from which a channel is not writable. Lower if the limit requires it. */
    private static final int HIGH = 64 * 1024;

    private static final PeerLog LOG = PeerLog.of(Outbound.class);

    private final ChannelHandlerContext first;
    private final LoopIteration iteration;
    private final OutboundLimit limit;
    private final DropCounter total;
    private final Inbound inbound;
    private volatile @Nullable PendingWrites pendingWrites;
    /** Null while no small frame is buffered. */
    private @Nullable WriteCoalescer coalescer;
    /** Null unless the bytes of this connection are counted. */
    private @Nullable SentBytes sent;
    /** Size of the previous coalesced write; the initial capacity of the next buffer. */
    private int coalescedSize;

    /** Conflation key of messages that are offered without one. Accessed on the event loop only. */
    private @Nullable ConflationKey currentKey;

    private boolean dirty;
    private volatile boolean congested;
    private volatile boolean closing;

    /**
     * Creates the outbound side of a socket. Called by the lowest layer, on the event loop.
     *
     * @param first context of the lowest handler
     * @param limit limit of the pending bytes and what happens beyond it
     * @param total counters to which dropped messages are added
     */
    public Outbound(ChannelHandlerContext first, OutboundLimit limit, DropCounter total) {
        this.first = first;
        this.iteration = LoopIteration.of(first.channel().eventLoop());
        this.limit = limit;
        this.total = total;
        this.inbound = new Inbound(first.channel(), this);
        int high = high(limit);
        if (high < HIGH) {
            first.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(Math.max(1, high / 2), high));
        }
    }

    private static int high(OutboundLimit limit) {
        return (int) Math.max(1, Math.min(HIGH, limit.bytes() / 2));
    }

    /** Returns the largest message size that is below the limit while the channel is writable. */
    public long spare() {
        return limit.bytes() - high(limit);
    }

    /**
     * Creates the outbound side of one stream of this socket, such as an HTTP/2 stream.
     *
     * <p>It has the same limit as the socket, and what it drops is counted there too.
     */
    public Outbound forStream(ChannelHandlerContext stream) {
        return new Outbound(stream, limit, total);
    }

    /**
     * Returns the context from which a handler's writes may start. This is the lowest handler's context if no handler
     * in between processes writes.
     */
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

    /** Returns the inbound side of this socket. */
    public Inbound inbound() {
        return inbound;
    }

    /** Returns the event loop of this connection. */
    public EventLoop loop() {
        return first.channel().eventLoop();
    }

    /** Reports whether a message that is written now would still be sent. */
    public boolean isOpen() {
        return !closing && first.channel().isActive();
    }

    /**
     * Reports whether a message that is written now would be sent immediately. False while earlier data is pending for
     * a slow peer.
     */
    public boolean isWritable() {
        return isOpen() && !congested;
    }

    /**
     * Reports whether a message of this size would be sent immediately and not be dropped.
     *
     * @param size in bytes
     */
    public boolean fits(int size) {
        return !congested && size + PendingWrites.OVERHEAD <= spare();
    }

    /**
     * Queues a message that must not be dropped; takes over one reference to it.
     *
     * @param from context of the handler whose writes pass through the handlers below it
     * @return false if the connection is closed, or is closed now because the message does not fit; the message is
     *     released
     */
    @CanIgnoreReturnValue
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
     * Queues a message that may be dropped if the peer reads too slowly.
     *
     * <p>The message must be complete, and no other message may depend on it. Takes over one reference to it.
     *
     * @param from context of the handler whose writes pass through the handlers below it
     * @param key conflation key of the message, or null
     * @return false if the connection is closed or the message is dropped immediately
     */
    @CanIgnoreReturnValue
    public boolean offer(ChannelHandlerContext from, Object message, @Nullable ConflationKey key) {
        if (isOpen()) {
            if (loop().inEventLoop()) {
                return offerNow(from, message, key);
            }
            if (later(() -> offerNow(from, message, key))) {
                return true;
            }
        }
        ReferenceCountUtil.release(message);
        return false;
    }

    /**
     * Defers the flush of subsequent writes to {@link #uncork}, instead of the end of the iteration.
     *
     * <p>For code that writes to many connections at the end of an iteration: flushing each of a thousand connections
     * in a second pass would miss the CPU cache. Called on the event loop.
     */
    public void cork() {
        dirty = true;
    }

    /** Flushes the writes since {@link #cork}. Called on the event loop. */
    public void uncork() {
        flush();
    }

    /**
     * Sends a message without queueing it, if nothing is pending. The caller keeps its reference to the message.
     *
     * <p>For code that writes to many connections at the end of an iteration. Called on the event loop.
     *
     * @return false if the message must be {@linkplain #offer offered}
     */
    boolean sendNow(ChannelHandlerContext from, ByteBuf message) {
        boolean written = from == first
                && !dirty
                && isOpen()
                && fits(message.readableBytes())
                && iteration.socketWriter().write(first, message);
        if (written && sent != null) {
            sent.add(message.readableBytes());
        }
        return written;
    }

    /** Starts to count the sent bytes, unless they are counted. Called on the event loop. */
    public SentBytes countSent() {
        SentBytes counter = sent == null ? new SentBytes() : sent;
        sent = counter;
        return counter;
    }

    @CanIgnoreReturnValue
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
            CoreMetrics.SENT.add(coalescedSize);
            if (sent != null) {
                sent.add(coalescedSize);
            }
            iteration.recycle(full);
        }
    }

    /**
     * Sends a message with a conflation key, which is notified if the message is dropped. Called on the event loop.
     *
     * @param sending sends the message through the layers of this connection
     */
    public boolean sendWithKey(ConflationKey key, BooleanSupplier sending) {
        ConflationKey previous = currentKey;
        currentKey = key;
        try {
            return sending.getAsBoolean();
        } finally {
            currentKey = previous;
        }
    }

    @CanIgnoreReturnValue
    private boolean offerNow(ChannelHandlerContext from, Object message, @Nullable ConflationKey own) {
        ConflationKey key = own == null ? currentKey : own;
        writeCoalesced();
        if (congested || PendingWrites.size(message) > spare()) {
            return pendingWrites().offer(from, message, key);
        }
        writeToChannel(from, message);
        return true;
    }

    void writeToChannel(ChannelHandlerContext from, Object message) {
        CoreMetrics.SENT.add(PendingWrites.size(message) - PendingWrites.OVERHEAD);
        if (sent != null) {
            sent.add(PendingWrites.size(message) - PendingWrites.OVERHEAD);
        }
        from.write(message, from.voidPromise());
        flushLater();
    }

    /**
     * Returns a buffer to which a small frame can be appended immediately.
     *
     * <p>The frame is sent with the other frames of the iteration, in order with messages that are
     * {@linkplain #write written}. Called on the event loop.
     *
     * @param size maximum size of the frame, in bytes
     * @return null if the connection is closed, the frame is too large to be coalesced, or the peer reads too slowly
     */
    public @Nullable ByteBuf coalescingBuffer(ChannelHandlerContext from, int size) {
        if (congested || size > WriteCoalescer.MAX_FRAME || spare() < HIGH || !isOpen()) {
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
        // an HTTP/2 stream has no outbound buffer
        return !channel.isActive() || channel.isWritable()
                ? 0
                : channel.config().getWriteBufferLowWaterMark() + channel.bytesBeforeWritable();
    }

    /**
     * Updates the state after a change of writability. Called by the lowest handler within the write or flush that
     * caused it.
     */
    public void writabilityChanged() {
        PendingWrites pending = pendingWrites;
        if (pending != null) {
            pending.drain(false);
        }
        congested = !first.channel().isWritable() || (pending != null && !pending.isEmpty());
        if (!congested && pending != null) {
            pending.takeWritableTasks().forEach(task -> iteration.runAtEnd(() -> run(task)));
        }
    }

    /**
     * Runs a task on the event loop as soon as {@link #isWritable}. If the connection is writable now, the task runs
     * soon; if it closes first, the task never runs.
     */
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
                    "task for a writable connection failed, the connection may stall (report this as a bug): peer={}",
                    AddressText.of(first.channel().remoteAddress()),
                    e);
        }
    }

    @CanIgnoreReturnValue
    private boolean later(Runnable task) {
        return LoopIteration.later(loop(), task);
    }

    private PendingWrites pendingWrites() {
        PendingWrites existing = pendingWrites;
        if (existing == null) {
            existing = new PendingWrites(this, first.channel(), limit, new DropCounter(total));
            pendingWrites = existing;
        }
        return existing;
    }

    /** Returns the messages that this connection dropped because its peer reads too slowly. */
    public DropCounter dropStats() {
        PendingWrites existing = pendingWrites;
        return existing == null ? new DropCounter() : existing.dropStats();
    }

    /** Returns the bytes that are pending for the peer, including the overhead of each message. */
    public long pendingBytes() {
        PendingWrites existing = pendingWrites;
        return channelPendingBytes() + (existing == null ? 0 : existing.bytes());
    }

    /** Lets the protocol send a final message, then closes the connection. The peer has five seconds to read it. */
    void overflowed() {
        CloseRequest request = new CloseRequest(CloseReason.OVERFLOW);
        first.fireUserEventTriggered(request);
        if (request.isClaimed()) {
            close();
        } else {
            closing = true;
            first.close();
        }
    }

    void flush() {
        if (dirty) {
            dirty = false;
            if (coalescer == null || !sendCoalesced(coalescer)) {
                writeCoalesced();
                first.flush();
            }
        }
    }

    /** Sends the coalesced frames if they are all that is pending. */
    private boolean sendCoalesced(WriteCoalescer full) {
        ByteBuf content = full.content(first);
        if (content == null
                || congested
                || !isOpen()
                || !iteration.socketWriter().write(first, content)) {
            return false;
        }
        coalescer = null;
        coalescedSize = full.discard();
        if (sent != null) {
            sent.add(coalescedSize);
        }
        iteration.recycle(full);
        return true;
    }

    /** Sends the queued messages, then closes the socket. The socket is closed after five seconds in any case. */
    public void close() {
        close(false);
    }

    /**
     * Closes like {@link #close()}, but lets a peer that is still sending read the last response. An immediate close
     * could reset the connection and destroy that response (RFC 9112 9.6).
     */
    public void closeLingering() {
        close(true);
    }

    private void close(boolean lingering) {
        if (closing) {
            return;
        }
        closing = true;
        if (loop().inEventLoop()) {
            closeNow(lingering);
        } else {
            later(() -> closeNow(lingering));
        }
    }

    private void closeNow(boolean lingering) {
        writeCoalesced();
        PendingWrites pending = pendingWrites;
        if (pending != null) {
            pending.drain(true);
        }
        dirty = false;
        SocketCloser.close(first, lingering);
    }
}

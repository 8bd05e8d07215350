package dev.sprocket.core.internal.transport;

import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.net.AddressText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are pending for a slow reader. Created when a channel becomes unwritable for the first time.
 *
 * <p>Pending messages are in the channel's own buffer, from which nothing can be removed. Policies that drop older
 * messages fill that buffer only while the channel is writable, and keep the remaining messages here, in order and
 * within the same limit.
 *
 * <p>Confined to the connection's event loop, except {@link #bytes}.
 */
@SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
final class PendingWrites {
    /** Bytes that Netty adds to the size of each message in a channel's buffer. */
    static final int OVERHEAD = 96;

    private static final PeerLog LOG = PeerLog.of(Outbound.class);

    private final Outbound out;
    private final Channel channel;
    private final OutboundLimit limit;
    private final DropCounter dropStats;
    /** Keyed by conflation key under {@code CONFLATE}, otherwise by entry. */
    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    private List<Runnable> writableTasks = new ArrayList<>(0);
    private volatile long bytes;
    private boolean overflowed;
    private long unloggedMessages;
    private long unloggedBytes;
    private OutboundLimit.Overflow unloggedPolicy;
    private long lastLogged;

    PendingWrites(Outbound out, Channel channel, OutboundLimit limit, DropCounter dropStats) {
        this.out = out;
        this.channel = channel;
        this.limit = limit;
        this.dropStats = dropStats;
        this.unloggedPolicy = limit.overflow();
        this.lastLogged = now() - TimeUnit.SECONDS.toNanos(1);
        channel.closeFuture().addListener(closed -> end());
    }

    /** A message that is not yet in the channel's buffer. */
    private static final class Entry {
        final ChannelHandlerContext from;
        final Object message;
        final int size;
        final boolean droppable;
        final @Nullable ConflationKey key;
        final OutboundLimit.Overflow policy;

        Entry(
                ChannelHandlerContext from,
                Object message,
                int size,
                boolean droppable,
                @Nullable ConflationKey key,
                OutboundLimit.Overflow policy) {
            this.from = from;
            this.message = message;
            this.size = size;
            this.droppable = droppable;
            this.key = key;
            this.policy = policy;
        }
    }

    static int size(Object message) {
        if (message instanceof ByteBuf buf) {
            return buf.readableBytes() + OVERHEAD;
        }
        return OVERHEAD
                + (message instanceof ByteBufHolder holder ? holder.content().readableBytes() : 0);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    long bytes() {
        return bytes;
    }

    DropCounter dropStats() {
        return dropStats;
    }

    /** Adds a message that may be dropped. Returns false if it is dropped. */
    boolean offer(ChannelHandlerContext from, Object message, @Nullable ConflationKey key) {
        OutboundLimit.Overflow own = key == null ? null : key.overflow();
        OutboundLimit.Overflow policy = own == null ? limit.overflow() : own;
        if (overflowed) {
            ReferenceCountUtil.release(message);
            return false;
        }
        if (policy == OutboundLimit.Overflow.CLOSE) {
            return write(from, message);
        }
        out.flush();
        int size = size(message);
        boolean queues = policy == OutboundLimit.Overflow.DROP_OLDEST || policy == OutboundLimit.Overflow.CONFLATE;
        if (entries.isEmpty() && fits(size) && (!queues || channel.isWritable() || out.channelPendingBytes() == 0)) {
            out.writeToChannel(from, message);
            return true;
        }
        if (out.channelPendingBytes() + size > limit.bytes()
                || (!queues && out.channelPendingBytes() + bytes + size > limit.bytes())) {
            ReferenceCountUtil.release(message);
            dropped(size, key, policy);
            lost(key);
            return false;
        }
        Entry last = new Entry(from, message, size, true, key, policy);
        Object place = policy == OutboundLimit.Overflow.CONFLATE && key != null ? key : last;
        Entry replaced = entries.remove(place);
        if (replaced != null) {
            drop(replaced);
        }
        add(place, last);
        makeRoom();
        return entries.containsKey(place);
    }

    /** Adds a message that must not be dropped, or closes the connection. Returns false if it closes the connection. */
    boolean write(ChannelHandlerContext from, Object message) {
        out.flush();
        int size = size(message);
        if (overflowed || (entries.isEmpty() && fits(size))) {
            out.writeToChannel(from, message);
            return true;
        }
        if (entries.isEmpty()) {
            ReferenceCountUtil.release(message);
            overflow(size);
            return false;
        }
        Entry last = new Entry(from, message, size, false, null, limit.overflow());
        add(last, last);
        makeRoom();
        if (out.channelPendingBytes() + bytes > limit.bytes()) {
            overflow(size);
            return false;
        }
        return true;
    }

    /** Reports whether a message may be written now. A message of any size may be written if none is pending. */
    private boolean fits(int size) {
        long pending = out.channelPendingBytes();
        return pending == 0 || pending + size <= limit.bytes();
    }

    private void add(Object place, Entry last) {
        entries.put(place, last);
        bytes += last.size;
    }

    private void makeRoom() {
        var oldest = entries.values().iterator();
        while (out.channelPendingBytes() + bytes > limit.bytes() && oldest.hasNext()) {
            Entry entry = oldest.next();
            if (entry.droppable) {
                oldest.remove();
                drop(entry);
                lost(entry.key);
            }
        }
    }

    private void drop(Entry entry) {
        bytes -= entry.size;
        ReferenceCountUtil.release(entry.message);
        dropped(entry.size, entry.key, entry.policy);
    }

    private void lost(@Nullable ConflationKey key) {
        if (key != null) {
            key.onLost(out);
        }
    }

    private void dropped(int size, @Nullable ConflationKey key, OutboundLimit.Overflow policy) {
        dropStats.messageDropped(size - OVERHEAD);
        CoreMetrics.LOST.increment(CoreMetrics.Policy.of(policy), CoreMetrics.Loss.SLOW_READER);
        if (key != null) {
            key.onDropped(size - OVERHEAD);
        }
        unloggedPolicy = policy;
        unloggedMessages++;
        unloggedBytes += size - OVERHEAD;
        if (now() - lastLogged >= TimeUnit.SECONDS.toNanos(1)) {
            logDropped();
        }
    }

    private void logDropped() {
        lastLogged = now();
        LOG.cause(unloggedPolicy)
                .times(unloggedMessages)
                .info(
                        channel.remoteAddress(),
                        "slow reader, messages dropped: peer={} messages={} bytes={} policy={} limitBytes={}",
                        channel.remoteAddress(),
                        unloggedMessages,
                        unloggedBytes,
                        unloggedPolicy,
                        limit.bytes());
        unloggedMessages = 0;
        unloggedBytes = 0;
    }

    private void overflow(int size) {
        LOG.warn(
                channel.remoteAddress(),
                "connection closed, outbound limit exceeded: peer={} pendingBytes={} messageBytes={} limitBytes={}"
                        + " (client reads too slowly; or raise outbound-limit)",
                AddressText.of(channel.remoteAddress()),
                out.channelPendingBytes() + bytes,
                size,
                limit.bytes());
        dropStats.connectionClosed();
        CoreMetrics.LOST.add(CoreMetrics.Policy.CLOSE, CoreMetrics.Loss.SLOW_READER, entries.size() + 1);
        overflowed = true;
        release();
        out.overflowed();
    }

    /**
     * Writes pending messages while the channel is writable.
     *
     * @param all true to write all of them, because the connection is about to be closed
     */
    void drain(boolean all) {
        while (!entries.isEmpty() && (all || channel.isWritable())) {
            var oldest = entries.values().iterator();
            Entry next = oldest.next();
            oldest.remove();
            bytes -= next.size;
            out.writeToChannel(next.from, next.message);
        }
    }

    void whenWritable(Runnable task) {
        writableTasks.add(task);
    }

    /** Removes and returns the tasks to be run when the channel is writable. */
    List<Runnable> takeWritableTasks() {
        List<Runnable> taken = writableTasks;
        writableTasks = new ArrayList<>(0);
        return taken;
    }

    private void end() {
        if (unloggedMessages > 0) {
            logDropped();
        }
        release();
        writableTasks.clear();
    }

    private void release() {
        entries.values().forEach(w -> ReferenceCountUtil.release(w.message));
        entries.clear();
        bytes = 0;
    }

    private long now() {
        return channel.eventLoop().ticker().nanoTime();
    }
}

package dev.sprocket.core.spi;

import dev.sprocket.core.DropStats;
import dev.sprocket.core.OutboundLimit;
import dev.sprocket.core.OverflowPolicy;
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
 * What a connection does once its peer reads too slowly. A connection whose peer keeps up never has one.
 *
 * <p>What waits stands in the channel's own buffer, from where nothing can be taken back. Policies that drop older messages
 * fill that only as far as the channel counts as writable, and keep the rest here, in order, and within the same limit.
 *
 * <p>Threads: the event loop's, but for {@link #bytes}.
 */
@SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
final class PendingWrites {
    /** What Netty adds to the size of whatever waits in a channel's buffer. */
    static final int OVERHEAD = 96;

    private static final PeerLog LOG = PeerLog.of(Outbound.class);

    private final Outbound out;
    private final Channel channel;
    private final OutboundLimit limit;
    private final DropStats dropStats;
    /** By topic where only the latest of each is kept, otherwise by themselves. */
    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    private List<Runnable> writableTasks = new ArrayList<>(0);
    private volatile long bytes;
    private boolean overflowed;
    private long unloggedMessages;
    private long unloggedBytes;
    private OverflowPolicy unloggedPolicy;
    private long lastLogged;

    PendingWrites(Outbound out, Channel channel, OutboundLimit limit, DropStats losses) {
        this.out = out;
        this.channel = channel;
        this.limit = limit;
        this.dropStats = losses;
        this.unloggedPolicy = limit.overflow();
        this.lastLogged = now() - TimeUnit.SECONDS.toNanos(1);
        channel.closeFuture().addListener(closed -> end());
    }

    /** One that is not in the channel's buffer yet. */
    private static final class Entry {
        final ChannelHandlerContext from;
        final Object message;
        final int size;
        final boolean droppable;
        final @Nullable ConflationKey key;

        Entry(
                ChannelHandlerContext from,
                Object message,
                int size,
                boolean droppable,
                @Nullable ConflationKey subject) {
            this.from = from;
            this.message = message;
            this.size = size;
            this.droppable = droppable;
            this.key = subject;
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

    DropStats dropStats() {
        return dropStats;
    }

    /** A message that may be dropped. Returns false if it is. */
    boolean offer(ChannelHandlerContext from, Object message, @Nullable ConflationKey subject) {
        OverflowPolicy own = subject == null ? null : subject.overflow();
        OverflowPolicy policy = own == null ? limit.overflow() : own;
        if (overflowed) {
            ReferenceCountUtil.release(message);
            return false;
        }
        if (policy == OverflowPolicy.CLOSE) {
            return write(from, message);
        }
        out.flush();
        int size = size(message);
        boolean queues = policy == OverflowPolicy.DROP_OLDEST || policy == OverflowPolicy.CONFLATE;
        if (entries.isEmpty() && fits(size) && (!queues || channel.isWritable() || out.channelPendingBytes() == 0)) {
            out.writeToChannel(from, message);
            return true;
        }
        if (out.channelPendingBytes() + size > limit.bytes()
                || (!queues && out.channelPendingBytes() + bytes + size > limit.bytes())) {
            ReferenceCountUtil.release(message);
            dropped(size, subject, policy);
            return false;
        }
        Entry last = new Entry(from, message, size, true, subject);
        Object place = policy == OverflowPolicy.CONFLATE && subject != null ? subject : last;
        drop(entries.remove(place));
        add(place, last);
        makeRoom();
        return entries.containsKey(place);
    }

    /** A message that must go, behind those that wait; or the connection ends. Returns false if it does. */
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
        Entry last = new Entry(from, message, size, false, null);
        add(last, last);
        makeRoom();
        if (out.channelPendingBytes() + bytes > limit.bytes()) {
            overflow(size);
            return false;
        }
        return true;
    }

    /** Whatever its size, a message may go if nothing waits. */
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
            Entry victim = oldest.next();
            if (victim.droppable) {
                oldest.remove();
                drop(victim);
            }
        }
    }

    private void drop(@Nullable Entry victim) {
        if (victim != null) {
            bytes -= victim.size;
            ReferenceCountUtil.release(victim.message);
            dropped(victim.size, victim.key, limit.overflow());
        }
    }

    private void dropped(int size, @Nullable ConflationKey subject, OverflowPolicy policy) {
        dropStats.messageDropped(size - OVERHEAD);
        if (subject != null) {
            subject.onDropped(size - OVERHEAD);
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
                        "{} reads too slowly: {} messages of {} bytes dropped ({}, limit: {} bytes)",
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
                "{} closed: {} bytes wait for a peer that does not read, and {} more would (limit: {})",
                channel.remoteAddress(),
                out.channelPendingBytes() + bytes,
                size,
                limit.bytes());
        dropStats.connectionClosed();
        overflowed = true;
        release();
        out.overflowed();
    }

    /** Hands on what waits, as long as the channel is writable; all of it if the connection is about to be closed. */
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

    /** Takes those who wanted to know that the channel is writable. */
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

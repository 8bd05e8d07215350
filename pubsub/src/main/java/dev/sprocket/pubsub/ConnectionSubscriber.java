package dev.sprocket.pubsub;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.ConflationKey;
import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.pubsub.internal.delivery.SessionUser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Subscriber that sends events to a connection. Connections share the encoded bytes. */
final class ConnectionSubscriber extends Subscriber {
    /** Value of {@link #countAtSelection} if the selected parts are delivered individually. */
    private static final int EACH = -1;
    /** Key of notices, which are not dropped: beyond its limit, the connection is closed. */
    private static final ConflationKey NOTICE = new ConflationKey() {
        @Override
        public OutboundLimit.Overflow overflow() {
            return OutboundLimit.Overflow.CLOSE;
        }

        @Override
        public void onDropped(int bytes) {}
    };

    private static final PeerLog LOG = PeerLog.of(Topic.class);

    /** Size of a head that counts when a message is checked against the outbound limit. */
    private static final int MAX_HEAD = 2048;

    private final Connection conn;
    private final PipelineContext context;
    private final EventFormat format;
    private final EventFormat.@Nullable Head head;
    /** Bit set of the selected parts of the current batch; accessed by the delivery queue. */
    long selectedParts;
    /** Value of {@link #unsubscribeCount} at the first selection; accessed by the delivery queue. */
    private int countAtSelection;
    /** Number of times that this subscriber was removed from a topic. */
    private volatile int unsubscribeCount;

    ConnectionSubscriber(String id, Connection conn, EventFormat format, EventFormat.@Nullable Head head) {
        super(id, PipelineContext.of(conn).loop());
        this.conn = conn;
        this.context = PipelineContext.of(conn);
        this.format = format;
        this.head = head;
    }

    @Override
    public Optional<Connection> connection() {
        return Optional.of(conn);
    }

    @Override
    public Optional<String> userId() {
        return conn instanceof SessionUser session ? Optional.of(session.sessionUserId()) : super.userId();
    }

    @Override
    public Set<String> roles() {
        return conn instanceof SessionUser session ? session.sessionRoles() : super.roles();
    }

    @Override
    void select(DeliveryBatch batch, int part) {
        if (selectedParts == 0) {
            countAtSelection = unsubscribeCount;
            batch.add(this);
        }
        selectedParts |= 1L << part;
    }

    @Override
    void selectEach() {
        countAtSelection = EACH;
    }

    /** Delivers the selected parts of a batch. */
    void deliver(DeliveryBatch batch) {
        long parts = countAtSelection == unsubscribeCount ? selectedParts : selectedParts & stillSubscribed(batch);
        if (parts == 0) {
            return;
        }
        EncodedRun all = countAtSelection == EACH ? null : batch.join(parts);
        if (all != null) {
            deliver(all);
            return;
        }
        for (long rest = parts; rest != 0; rest &= rest - 1) {
            EncodedRun run = batch.single(Long.numberOfTrailingZeros(rest));
            Subscription subscription = subscriptions().get(run.events.get(0).state.topic);
            if (subscription != null && subscription.isMember()) { // otherwise a part before it was too much
                subscription.loopSubscribers.deliver(this, run);
            }
        }
    }

    /** Returns the selected parts for which this subscriber is still subscribed. */
    private long stillSubscribed(DeliveryBatch batch) {
        long remaining = 0;
        for (long rest = selectedParts; rest != 0; rest &= rest - 1) {
            int part = Long.numberOfTrailingZeros(rest);
            Subscription subscription = subscriptions().get(batch.part(part).get(0).state.topic);
            if (subscription != null && subscription.isMember()) {
                remaining |= 1L << part;
            }
        }
        return remaining;
    }

    @Override
    synchronized void onUnsubscribe() {
        unsubscribeCount++;
    }

    @Override
    void deliver(EncodedRun run) {
        if (!context.hasExplicitClose() && !conn.isOpen()) {
            return;
        }
        if (head != null) {
            offerEach(run.events);
            return;
        }
        ByteBuf bytes = run.bytes(format, context.encoder());
        if (!bytes.isReadable()) {
            return;
        }
        if (!run.isLast) {
            offer(run, bytes);
            return;
        }
        if (context.sendNow(bytes)) {
            return;
        }
        Outbound out = context.outbound();
        out.cork();
        try {
            offer(run, bytes);
        } finally {
            out.uncork();
        }
    }

    private void offer(EncodedRun run, ByteBuf bytes) {
        List<InFlightEvent> events = run.events;
        TopicState first = events.get(0).state;
        if (context.outbound().fits(bytes.readableBytes()) || events.size() == 1 && !first.catchesUp()) {
            context.offer(bytes.retainedDuplicate(), first.overflow());
        } else {
            offerEach(events);
        }
    }

    /** Offers events individually, so that each is dropped, counted, or read later by itself. */
    private void offerEach(List<InFlightEvent> events) {
        for (int i = 0; i < events.size(); i++) {
            InFlightEvent event = events.get(i);
            if (!event.state.catchesUp() || !isBehind(event)) {
                offer(event);
            }
        }
    }

    /** Reports whether this subscriber receives an event from the log, because it reads too slowly. */
    private boolean isBehind(InFlightEvent event) {
        Subscription subscription = subscriptions().get(event.state.topic);
        Position previous = event.previous;
        if (subscription == null || previous == null) {
            return subscription == null;
        }
        if (subscription.isMember() && context.outbound().fits(size(event))) {
            return false;
        }
        subscription.loopSubscribers.fallBehind(subscription, previous);
        return true;
    }

    private int size(InFlightEvent event) {
        return event.bytes(format, context.encoder()).readableBytes() + (head == null ? 0 : MAX_HEAD);
    }

    @Override
    void deliverEach(List<InFlightEvent> events) {
        if (context.hasExplicitClose() || conn.isOpen()) {
            offerEach(events);
        }
    }

    @Override
    Object outlet() {
        return context.outbound();
    }

    /** Offers an event with the gap before it. */
    private void offer(InFlightEvent event) {
        Subscription subscription = subscriptions().get(event.state.topic);
        UntoldGaps.Untold untold = subscription == null ? null : subscription.loopSubscribers.takeUntold(this);
        if (subscription == null || untold == null) {
            offerAlone(event);
            return;
        }
        Gap gap = untold.gap().to() == null ? untold.gap().until(event.previous) : untold.gap();
        ByteBuf bytes = encodeAfter(gap, event);
        if (bytes == null && untold.isRequired()) {
            context.requestClose(CloseReason.OVERFLOW);
        } else if (bytes == null) {
            offerAlone(event);
        } else if (bytes.isReadable()) {
            Gap withEvent = gap.until(event.published.position());
            UntoldGaps.Untold ifDropped = new UntoldGaps.Untold(withEvent, untold.isRequired());
            context.offer(
                    bytes,
                    new UntoldGaps.Key(
                            event.state.overflow(),
                            dropped -> subscription.loopSubscribers.restore(dropped, ifDropped)));
        } else {
            bytes.release();
            subscription.loopSubscribers.restore(outlet(), untold);
        }
    }

    /**
     * Returns an event with the gap before it, for this connection.
     *
     * @return null if the protocol cannot express a gap; empty if it cannot express the event
     */
    private @Nullable ByteBuf encodeAfter(Gap gap, InFlightEvent event) {
        PublishedEvent published = event.published;
        try {
            ByteBuf notice = encode(new Notice.Missed(gap));
            if (notice != null) {
                return encodeAfter(notice, event);
            }
            Message message = format.encodeAfterGap(published, gap, PooledByteBufAllocator.DEFAULT);
            return message == null ? null : withHead(published.topic(), published.position(), encode(message));
        } catch (RuntimeException e) {
            LOG.warn(
                    format,
                    "gap not encoded, connection not told of missed events: topic={} format={}",
                    published.topic(),
                    format,
                    e);
            return null;
        }
    }

    /** Returns an event after a notice; takes over the notice. */
    private ByteBuf encodeAfter(ByteBuf notice, InFlightEvent event) {
        ByteBuf both = Unpooled.EMPTY_BUFFER;
        try {
            ByteBuf encoded = event.bytes(format, context.encoder());
            if (encoded.isReadable()) {
                PublishedEvent published = event.published;
                ByteBuf whole = withHead(published.topic(), published.position(), encoded.retainedDuplicate());
                both = Unpooled.wrappedBuffer(notice.retain(), whole);
            }
        } finally {
            notice.release();
        }
        return both;
    }

    private void offerAlone(InFlightEvent event) {
        ByteBuf encoded = event.bytes(format, context.encoder());
        if (encoded.isReadable()) {
            PublishedEvent published = event.published;
            context.offer(
                    withHead(published.topic(), published.position(), encoded.retainedDuplicate()),
                    event.state.overflow());
        }
    }

    /** Returns bytes with the head of this connection; takes over one reference to them. */
    private ByteBuf withHead(String topic, @Nullable Position position, ByteBuf bytes) {
        if (head == null) {
            return bytes;
        }
        return Unpooled.wrappedBuffer(encode(Message.text(head.of(topic, position))), bytes);
    }

    /** Returns a message as bytes, and releases its content. */
    private ByteBuf encode(Message message) {
        try {
            return context.encoder().encode(message, PooledByteBufAllocator.DEFAULT);
        } finally {
            message.content().release();
        }
    }

    /** Returns a notice as bytes; null if the protocol cannot express it. */
    private @Nullable ByteBuf encode(Notice notice) {
        Message message = format.notice(notice, this, PooledByteBufAllocator.DEFAULT);
        return message == null ? null : withHead(notice.topic(), notice.position(), encode(message));
    }

    @Override
    int deliverWhileWritable(EncodedRun run) {
        if (!context.hasExplicitClose() && !conn.isOpen()) {
            return run.events.size();
        }
        ByteBuf bytes = head == null ? run.bytes(format, context.encoder()) : Unpooled.EMPTY_BUFFER;
        if (head == null && context.outbound().fits(bytes.readableBytes()) && !hasUntold(run.events.get(0))) {
            if (bytes.isReadable()) {
                context.offer(bytes.retainedDuplicate(), run.events.get(0).state.overflow());
            }
            return run.events.size();
        }
        int delivered = 0;
        while (delivered < run.events.size() && context.outbound().isWritable()) {
            offer(run.events.get(delivered++));
        }
        return delivered;
    }

    private boolean hasUntold(InFlightEvent event) {
        Subscription subscription = subscriptions().get(event.state.topic);
        return subscription != null && subscription.loopSubscribers.hasUntold(this);
    }

    @Override
    boolean isWritable() {
        return context.outbound().isWritable();
    }

    @Override
    void whenWritable(Runnable task) {
        context.outbound().whenWritable(task);
    }

    @Override
    boolean notice(Notice notice) {
        ByteBuf bytes;
        try {
            bytes = encode(notice);
        } catch (RuntimeException e) {
            LOG.warn(format, "notice not encoded, connection not told: topic={} format={}", notice.topic(), format, e);
            return false;
        }
        if (bytes != null) {
            context.offer(bytes, NOTICE);
        }
        return bytes != null;
    }
}

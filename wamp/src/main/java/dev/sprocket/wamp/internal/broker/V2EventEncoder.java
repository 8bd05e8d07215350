package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Notice;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.internal.id.WampIds;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.V2Codec;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.WireFormat;
import dev.sprocket.wamp.internal.session.GapNotices;
import io.netty.buffer.ByteBufAllocator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the events of one realm for one wire format.
 *
 * <p>All clients of the realm with this wire format share the encoded bytes.
 */
@ThreadSafe
public final class V2EventEncoder implements EventFormat {
    /** Detail of an event: its position in the log of its topic, as text. */
    public static final String POSITION = "_position";
    /** Detail of an event: trace context of its publisher (W3C Trace Context, section 3.2). */
    public static final String TRACEPARENT = "_traceparent";
    /** Detail of an event: what may be missing before it. */
    public static final String GAP = "_gap";

    private final V2Subscriptions subscriptions;
    private final WireFormat wireFormat;

    public V2EventEncoder(V2Subscriptions subscriptions, WireFormat wireFormat) {
        this.subscriptions = subscriptions;
        this.wireFormat = wireFormat;
    }

    @Override
    public Message encode(PublishedEvent published, ByteBufAllocator alloc) {
        return encode(published, Map.of(), alloc);
    }

    @Override
    public Message encodeAfterGap(PublishedEvent published, Gap gap, ByteBufAllocator alloc) {
        return encode(published, Map.of(GAP, GapNotices.describePlace(gap)), alloc);
    }

    /** Tells a gap on the topic of notices; null if the recipient has not subscribed. */
    @Override
    public @Nullable Message notice(Notice notice, Audience.Member recipient, ByteBufAllocator alloc) {
        Gap gap = GapNotices.find(notice, recipient);
        V2Subscription subscription = gap == null ? null : subscriptions.find(MatchPolicy.EXACT, GapNotices.TOPIC);
        if (gap == null || subscription == null) {
            return null;
        }
        V2Message.Event event = new V2Message.Event(
                subscription.id, WampIds.random(), Map.of(), V2Event.arguments(Event.of(GapNotices.describe(gap))));
        return wireFormat.toMessage(V2Codec.write(wireFormat.serializer(), event), alloc);
    }

    private Message encode(PublishedEvent published, Map<String, ?> additionalDetails, ByteBufAllocator alloc) {
        V2Subscription subscription = subscriptions.find(published.match(), published.pattern());
        // without a subscription its last subscriber has just left, so the event is not delivered
        long id = subscription == null ? WampIds.LARGEST : subscription.id;
        return wireFormat.toMessage(encode(id, published, additionalDetails), alloc);
    }

    /** Encodes an event for a subscription, without its payload if it exceeds the client's limit. */
    public byte[] encode(long subscription, PublishedEvent published, Map<String, ?> additionalDetails) {
        Event event = published.event();
        Map<String, Object> details = new HashMap<>(additionalDetails);
        V2Event payload = event.payload(V2Event.class).orElse(null);
        if (payload != null) {
            details.putAll(payload.publisherDetails());
        }
        if (published.match() != MatchPolicy.EXACT) {
            details.put("topic", published.topic());
        }
        Position position = published.position();
        if (position != null) {
            details.put(POSITION, position.toString());
        }
        event.traceparent().ifPresent(context -> details.put(TRACEPARENT, context));
        long publication = publication(published, payload);
        byte[] bytes = V2Codec.write(
                wireFormat.serializer(),
                new V2Message.Event(subscription, publication, details, V2Event.arguments(event)));
        if (bytes.length <= wireFormat.limit()) {
            return bytes;
        }
        details.put("payload_limit_exceeded", true);
        return V2Codec.write(
                wireFormat.serializer(), new V2Message.Event(subscription, publication, details, CallArguments.EMPTY));
    }

    private static long publication(PublishedEvent published, @Nullable V2Event payload) {
        if (published.publication() != 0) {
            return published.publication(); // as the log has stored it
        }
        return payload != null ? payload.publication() : WampIds.publication(published.number());
    }
}

package dev.sprocket.wamp;

import dev.sprocket.core.Message;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Match;
import dev.sprocket.pubsub.Published;
import io.netty.buffer.ByteBufAllocator;
import java.util.HashMap;
import java.util.Map;

/** How events look on one kind of wire in one realm: all its clients there share the bytes. Threads: any. */
final class V2Format implements EventFormat {
    private final V2Subscriptions subscriptions;
    private final V2Wire wire;

    V2Format(V2Subscriptions subscriptions, V2Wire wire) {
        this.subscriptions = subscriptions;
        this.wire = wire;
    }

    @Override
    public Message encode(Published published, ByteBufAllocator alloc) {
        V2Subscription subscription = subscriptions.find(published.through());
        // if there is none, its last subscriber has just left, and nobody will read this
        long id = subscription == null ? Ids.LARGEST : subscription.id;
        return wire.message(bytes(id, published, Map.of()), alloc);
    }

    /** An event for a subscription; without its payload, if it is longer than the client takes. */
    byte[] bytes(long subscription, Published published, Map<String, ?> more) {
        Event event = published.event();
        Map<String, Object> details = new HashMap<>(more);
        V2Event own = event.payload(V2Event.class).orElse(null);
        if (own != null) {
            details.putAll(own.disclosed());
        }
        if (published.through().match() != Match.EXACT) {
            details.put("topic", published.topic().id());
        }
        long publication = own != null ? own.publication() : Ids.publication(published.number());
        byte[] bytes = V2Codec.write(
                wire.serializer(), new V2Message.Event(subscription, publication, details, Arguments.of(event)));
        if (bytes.length <= wire.limit()) {
            return bytes;
        }
        details.put("payload_limit_exceeded", true);
        return V2Codec.write(
                wire.serializer(), new V2Message.Event(subscription, publication, details, Arguments.NONE));
    }
}

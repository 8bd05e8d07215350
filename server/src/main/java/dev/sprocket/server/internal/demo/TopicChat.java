package dev.sprocket.server.internal.demo;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonElement;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import java.security.SecureRandom;

/** Chat over a topic, for the connections of all nodes. */
@ThreadSafe
@ConcurrentComponent
final class TopicChat implements MessageComponent<Connection, Message> {
    private static final AttributeKey<Subscriber> MEMBER =
            AttributeKey.of("chat", "is TopicChat below this component?");
    private static final EventFormat FORMAT =
            (published, alloc) -> Message.text(text(published.event().tree()));
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Topic topic;

    TopicChat(Topic topic) {
        this.topic = topic;
    }

    private static String text(JsonElement event) {
        return event.isJsonPrimitive() ? event.getAsString() : event.toString();
    }

    @Override
    public void onOpen(Connection conn) {
        // no other connection of any node has this id
        Subscriber member = Subscriber.of("chat-" + Long.toHexString(RANDOM.nextLong()), conn, FORMAT);
        MEMBER.set(conn, member);
        topic.subscribe(member);
    }

    @Override
    public void onMessage(Connection from, Message message) {
        topic.broadcast(
                Event.of(message.text()),
                Audience.except(MEMBER.find(from).map(Subscriber::id).orElse("")));
    }

    @Override
    public void onClose(Connection conn) {
        MEMBER.find(conn).ifPresent(Subscriber::unsubscribeAll);
    }
}

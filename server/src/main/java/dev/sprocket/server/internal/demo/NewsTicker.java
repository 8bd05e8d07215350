package dev.sprocket.server.internal.demo;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;

/** Decorator that also sends the events of a topic to each connection. */
@ThreadSafe
@ConcurrentComponent
final class NewsTicker extends ForwardingComponent<Connection, Message> {
    private static final AttributeKey<Subscriber> SUBSCRIBER =
            AttributeKey.of("news ticker", "is NewsTicker below this component?");
    private static final EventFormat FORMAT = (published, alloc) ->
            Message.text("* " + published.topic() + ": " + published.event().json());

    private final Topic topic;

    NewsTicker(Topic topic, MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
        this.topic = topic;
    }

    @Override
    public void onOpen(Connection conn) throws Exception {
        Subscriber subscriber = Subscriber.of(conn.toString(), conn, FORMAT);
        SUBSCRIBER.set(conn, subscriber);
        topic.subscribe(subscriber);
        super.onOpen(conn);
    }

    @Override
    public void onClose(Connection conn) throws Exception {
        SUBSCRIBER.find(conn).ifPresent(Subscriber::unsubscribeAll);
        super.onClose(conn);
    }
}

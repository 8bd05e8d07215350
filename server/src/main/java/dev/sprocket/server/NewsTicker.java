package dev.sprocket.server;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Key;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;

/** Around a component: whoever is connected is told the events of a topic as well. Threads: any. */
@Concurrent
final class NewsTicker extends Forwarding<Connection, Message> {
    private static final Key<Subscriber> SUBSCRIBER = Key.of("news ticker", "is NewsTicker below this component?");
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

package dev.sprocket.wamp;

import dev.sprocket.core.Key;
import dev.sprocket.core.spi.Refusal;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.websocket.Subprotocols;
import java.util.Collection;
import java.util.List;

/** Keeps who is subscribed to what, for a {@link WampComponent}. Stands right on {@link WampProtocol}. */
final class Broker implements WampRouter, Subprotocols {
    private static final Key<Subscriber> SUBSCRIBER = Key.of("subscriber", "was Broker.onOpen called?");

    private final WampComponent app;
    private final Topics topics;
    private final WampOptions options;

    Broker(WampComponent app, Topics topics, WampOptions options) {
        this.app = app;
        this.topics = topics;
        this.options = options;
    }

    static Collection<Topic> subscriptions(WampConnection conn) {
        return SUBSCRIBER.find(conn).map(Subscriber::topics).orElse(List.of());
    }

    @Override
    public List<String> subprotocols() {
        return app instanceof Subprotocols own ? own.subprotocols() : List.of();
    }

    @Override
    public void onOpen(WampConnection conn) throws Exception {
        SUBSCRIBER.set(conn, Subscriber.of(conn.sessionId(), conn, ((WampSession) conn).format()));
        app.onOpen(conn);
    }

    @Override
    public void onCall(WampConnection conn, Call call) throws Exception {
        app.onCall(conn, call);
    }

    @Override
    public void onSubscribe(WampConnection conn, String uri) throws Exception {
        Topic topic = topics.topic(uri);
        Subscriber subscriber = SUBSCRIBER.get(conn);
        if (!topic.has(subscriber) && subscriber.size() >= options.subscriptions()) {
            throw new Refusal(Refusal.Kind.TOO_MUCH, "more than " + options.subscriptions() + " subscriptions");
        }
        if (topic.subscribe(subscriber)) {
            app.onSubscribe(conn, topic);
        }
    }

    @Override
    public void onUnsubscribe(WampConnection conn, String uri) throws Exception {
        Topic topic = topics.topic(uri);
        if (topic.unsubscribe(SUBSCRIBER.get(conn))) {
            app.onUnsubscribe(conn, topic);
        }
    }

    @Override
    public void onPublish(WampConnection conn, String uri, Event event, Audience audience) throws Exception {
        app.onPublish(conn, topics.topic(uri), event, audience);
    }

    @Override
    public void onError(WampConnection conn, Throwable cause) throws Exception {
        app.onError(conn, cause);
    }

    @Override
    public void onClose(WampConnection conn) throws Exception {
        Subscriber subscriber = SUBSCRIBER.get(conn);
        try {
            if (!options.silentDisconnect()) {
                for (Topic topic : subscriber.unsubscribeAll()) {
                    ((WampSession) conn).runAtEnd(c -> app.onUnsubscribe(c, topic));
                }
            }
            app.onClose(conn);
        } finally {
            subscriber.unsubscribeAll();
        }
    }
}

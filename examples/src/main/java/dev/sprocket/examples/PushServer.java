package dev.sprocket.examples;

import dev.sprocket.app.App;
import dev.sprocket.bridge.zmq.ZmqBridge;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;

/**
 * Push to an existing site: pages subscribe to categories, the blog sends each new entry over ZeroMQ, and whoever
 * subscribed to its category has it at once. Pages may do nothing else.
 *
 * <p>What the blog sends goes to a function here, to show that any will do; {@code new Publisher(topics,
 * Optional.of("category"))} is all that it takes otherwise.
 */
public final class PushServer implements WampComponent {
    private record BlogEntry(String category) {}

    @Override
    public void onCall(WampConnection conn, Call call) {
        conn.callError(call, call.procedure(), "You are not allowed to make calls");
        conn.close();
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        conn.close();
    }

    /** Sends an entry to whoever subscribed to its category. */
    private static void onBlogEntry(Topics topics, String json) {
        Event entry = Event.json(json);
        topics.topic(entry.as(BlogEntry.class).category()).broadcast(entry);
    }

    static App server(int port, int zmqPort) {
        App app = App.at("localhost", port).route("/", new PushServer());
        Topics topics = app.topics();
        return app.with(ZmqBridge.pull((from, message) -> onBlogEntry(topics, message.text()))
                .bind("127.0.0.1", zmqPort)
                .waiting(topics::waiting)
                .build());
    }

    public static void main(String[] args) throws Exception {
        server(8080, 5555).run();
    }
}

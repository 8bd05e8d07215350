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
 * Pushes the entries of a blog to the subscribers of their category.
 *
 * <p>The blog sends each new entry over ZeroMQ, and pages subscribe to categories. Pages cannot publish or call: their
 * connection is closed.
 *
 * <p>The bridge calls a function of this class, as an example of a custom target. Without custom code, use {@code new
 * Publisher(topics, Optional.of("category"))} as the target.
 */
public final class PushServer implements WampComponent {
    private record BlogEntry(String category) {}

    @Override
    public void onCall(WampConnection conn, Call call) {
        call.error(call.procedure(), "You are not allowed to make calls");
        conn.close();
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        conn.close();
    }

    /** Sends an entry to the subscribers of its category. */
    private static void onBlogEntry(Topics topics, String json) {
        Event entry = Event.json(json);
        topics.topic(entry.as(BlogEntry.class).category()).broadcast(entry);
    }

    static App server(int port, int zmqPort) {
        App app = App.listen(port).route("/", new PushServer());
        Topics topics = app.topics();
        return app.with(ZmqBridge.pull((from, message) -> onBlogEntry(topics, message.text()))
                .bind("127.0.0.1", zmqPort)
                .pendingBytes(topics::pendingBytes)
                .build());
    }

    public static void main(String[] args) throws Exception {
        server(8080, 5555).run();
    }
}

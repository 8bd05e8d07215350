package dev.sprocket.examples;

import dev.sprocket.app.App;
import dev.sprocket.bridge.zmq.ZmqPull;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Publisher;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import java.util.Optional;

/**
 * Push to an existing site: pages subscribe to categories, the blog sends each new entry over ZeroMQ, and whoever
 * subscribed to its category has it at once. Pages may do nothing else.
 */
public final class PushServer implements WampComponent {
    @Override
    public void onCall(WampConnection conn, Call call) {
        conn.callError(call, call.procedure(), "You are not allowed to make calls");
        conn.close();
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        conn.close();
    }

    static App server(int port, int zmqPort) {
        App app = App.at("localhost", port).route("/", new PushServer());
        return app.with(new ZmqPull("127.0.0.1", zmqPort, new Publisher(app.topics(), Optional.of("category"))));
    }

    public static void main(String[] args) throws Exception {
        server(8080, 5555).run();
    }
}

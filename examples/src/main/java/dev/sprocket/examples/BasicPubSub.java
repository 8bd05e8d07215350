package dev.sprocket.examples;

import dev.sprocket.app.App;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;

/** Broadcasts every published event to the subscribers of its topic. Rejects calls. */
public final class BasicPubSub implements WampComponent {
    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        topic.broadcast(event, audience);
    }

    @Override
    public void onCall(WampConnection conn, Call call) {
        call.error(call.procedure(), "RPC not supported on this demo");
    }

    static App server(int port) {
        return App.listen(port).route("/pubsub", new BasicPubSub());
    }

    public static void main(String[] args) throws Exception {
        server(8080).run();
    }
}

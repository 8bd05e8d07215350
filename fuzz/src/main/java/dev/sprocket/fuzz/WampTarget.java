package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.google.gson.JsonParser;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.testkit.WampPeer;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;

/** Target for WAMP v1 clients. The server sends valid JSON, also for events that it never parsed. */
public final class WampTarget implements WampComponent {
    private WampTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        WampPeer peer = WampPeer.to(new WampTarget());
        peer.subscribe("t");
        while (input.remainingBytes() > 0) {
            peer.send(input.consumeString(200));
            for (String message : peer.messages()) {
                var unused = JsonParser.parseString(message);
            }
        }
        peer.ws().socket().close();
    }

    @Override
    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
        var unused = event.tree();
        topic.broadcast(event, audience);
    }

    @Override
    public void onCall(WampConnection conn, Call call) {
        call.result(call.arguments());
    }
}

package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.google.gson.JsonParser;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;

/** Target for WAMP v2 clients in JSON, next to a v1 client. Both receive valid JSON. */
public final class WampJsonTarget implements WampComponent {
    private WampJsonTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        HttpServer stack = new HttpServer(new WsServer(new WampServer(new WampJsonTarget())));
        WsPeer v1 = WsPeer.toStack(stack, "/", "Sec-WebSocket-Protocol: wamp").send("[5,\"t\"]");
        WsPeer v2 = WsPeer.toStack(stack, "/", "Sec-WebSocket-Protocol: wamp.2.json");
        v2.send("[1,\"realm1\",{\"roles\":{\"callee\":{}}}]").send("[64,1,{},\"p\"]");
        v1.send("[2,\"1\",\"p\",1]");
        while (input.remainingBytes() > 0) {
            v2.send(input.consumeString(200));
            check(v2);
            check(v1);
        }
        v2.socket().close();
        check(v1);
        v1.socket().close();
    }

    private static void check(WsPeer client) {
        for (String message : client.texts()) {
            var unused = JsonParser.parseString(message);
        }
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

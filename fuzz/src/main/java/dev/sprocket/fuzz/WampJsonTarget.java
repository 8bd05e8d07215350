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
import dev.sprocket.wamp.WampServer;
import dev.sprocket.websocket.WsServer;

/** Texts of a client of WAMP v2, next to one of v1. Whatever the server says to either is JSON. */
public final class WampJsonTarget implements WampComponent {
    private WampJsonTarget() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        HttpServer stack = new HttpServer(new WsServer(new WampServer(new WampJsonTarget())));
        WsPeer old = WsPeer.toStack(stack, "/", "Sec-WebSocket-Protocol: wamp").send("[5,\"t\"]");
        WsPeer peer = WsPeer.toStack(stack, "/", "Sec-WebSocket-Protocol: wamp.2.json");
        peer.send("[1,\"realm1\",{\"roles\":{\"callee\":{}}}]").send("[64,1,{},\"p\"]");
        old.send("[2,\"1\",\"p\",1]");
        while (input.remainingBytes() > 0) {
            peer.send(input.consumeString(200));
            check(peer);
            check(old);
        }
        peer.socket().close();
        check(old);
        old.socket().close();
    }

    private static void check(WsPeer peer) {
        for (String message : peer.texts()) {
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

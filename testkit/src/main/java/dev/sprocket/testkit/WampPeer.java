package dev.sprocket.testkit;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.sprocket.http.HttpServer;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampProtocol;
import dev.sprocket.wamp.WampServer;
import dev.sprocket.websocket.WsServer;
import java.util.List;

/**
 * A WAMP v1 client in memory. What arrives is shown as the wire has it: {@code [8,"topic",{"a":1}]}.
 *
 * <p>Threads: one.
 */
public final class WampPeer {
    private final WsPeer ws;
    private final String sessionId;

    private WampPeer(WsPeer ws) {
        this.ws = ws;
        JsonElement welcome = JsonParser.parseString(ws.texts().get(0));
        this.sessionId = welcome.getAsJsonArray().get(1).getAsString();
    }

    /** Connects to {@code HttpServer(WsServer(WampServer(app)))}; the same server should serve all peers of a test. */
    public static WampPeer to(WampServer server) {
        return to(new WsServer(server));
    }

    /** As above, to the protocol alone. */
    public static WampPeer to(WampProtocol protocol) {
        return to(new WsServer(protocol));
    }

    private static WampPeer to(WsServer server) {
        return new WampPeer(WsPeer.toStack(new HttpServer(server), "/", "Sec-WebSocket-Protocol: wamp"));
    }

    /** Connects to a server of its own around an application. */
    public static WampPeer to(WampComponent app) {
        return to(new WampServer(app));
    }

    /** The session id that the server gave. */
    public String sessionId() {
        return sessionId;
    }

    /** Subscribes. */
    public WampPeer subscribe(String topic) {
        return send(5, topic);
    }

    /** Unsubscribes. */
    public WampPeer unsubscribe(String topic) {
        return send(6, topic);
    }

    /** Publishes an event, given as JSON. */
    public WampPeer publish(String topic, String json) {
        ws.send("[7," + new JsonPrimitive(topic) + "," + json + "]");
        return this;
    }

    /** Calls a procedure. */
    public WampPeer call(String callId, String procedure, Object... arguments) {
        JsonArray message = new JsonArray();
        message.add(2);
        message.add(callId);
        message.add(procedure);
        for (Object argument : arguments) {
            message.add(
                    argument instanceof Number number ? new JsonPrimitive(number) : new JsonPrimitive("" + argument));
        }
        ws.send(message.toString());
        return this;
    }

    /** Sends any text. */
    public WampPeer send(String text) {
        ws.send(text);
        return this;
    }

    private WampPeer send(int type, String topic) {
        return send("[" + type + "," + new JsonPrimitive(topic) + "]");
    }

    /** Takes the messages that have arrived since the last time. */
    public List<String> messages() {
        return ws.texts();
    }

    /** The WebSocket below. */
    public WsPeer ws() {
        return ws;
    }
}

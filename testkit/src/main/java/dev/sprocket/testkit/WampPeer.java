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
import java.time.Duration;
import java.util.List;

/**
 * A WAMP v1 client in memory. What arrives is shown as the wire has it: {@code [8,"topic",{"a":1}]}. What it asserts throws {@link
 * AssertionError} with what was seen instead.
 *
 * <p>Not thread-safe.
 */
public final class WampPeer {
    private final WsPeer ws;
    private final String sessionId;

    private WampPeer(WsPeer ws) {
        this.ws = ws;
        JsonElement welcome = JsonParser.parseString(ws.next());
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

    /** As above, in the time of a clock. */
    public static WampPeer to(WampServer server, VirtualClock clock) {
        return to(new WsServer(server), clock);
    }

    private static WampPeer to(WsServer server) {
        return to(server, new VirtualClock());
    }

    private static WampPeer to(WsServer server, VirtualClock clock) {
        return new WampPeer(
                WsPeer.on(MemorySocket.to(new HttpServer(server), clock), "/", "Sec-WebSocket-Protocol: wamp"));
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

    /** Asserts that these messages, as the wire has them, are the next that it hears. */
    public WampPeer receives(String... expected) {
        ws.receives(expected);
        return this;
    }

    /** Asserts that the next message is an event; the JSON is compared as text. */
    public WampPeer receivesEvent(String topic, String json) {
        return receives("[8," + new JsonPrimitive(topic) + "," + json + "]");
    }

    /** Asserts that the next message is the result of a call; the JSON is compared as text. */
    public WampPeer receivesResult(String callId, String json) {
        return receives("[3," + new JsonPrimitive(callId) + "," + json + "]");
    }

    /** Asserts that the next message says that a call failed, with this error. */
    public WampPeer receivesError(String callId, String errorUri, String description) {
        return receives("[4," + new JsonPrimitive(callId) + "," + new JsonPrimitive(errorUri) + ","
                + new JsonPrimitive(description) + "]");
    }

    /** As {@link WsPeer#receivesNothingElse}. */
    public WampPeer receivesNothingElse() {
        ws.receivesNothingElse();
        return this;
    }

    /** As {@link WsPeer#isClosedWith(int)}. */
    public WampPeer isClosedWith(int code) {
        ws.isClosedWith(code);
        return this;
    }

    /** As {@link WsPeer#after}. */
    public WampPeer after(Duration time) {
        ws.after(time);
        return this;
    }

    /** Hangs up without a goodbye. */
    public void disconnect() {
        ws.socket().close();
    }

    /** The WebSocket below. */
    public WsPeer ws() {
        return ws;
    }
}

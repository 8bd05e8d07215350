package dev.sprocket.testkit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.sprocket.http.HttpServer;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.server.WampProtocol;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.util.List;

/**
 * In-memory WAMP v1 client.
 *
 * <p>Received messages are JSON text, as on the wire: {@code [8,"topic",{"a":1}]}. A failed assertion throws {@link
 * AssertionError} with the actual value. Not thread-safe.
 */
public final class WampPeer {
    private final WsPeer ws;
    private final String sessionId;

    private WampPeer(WsPeer ws) {
        this.ws = ws;
        JsonElement welcome = JsonParser.parseString(ws.next());
        this.sessionId = welcome.getAsJsonArray().get(1).getAsString();
    }

    /** Connects to {@code HttpServer(WsServer(server))}. All peers of a test should use the same server. */
    public static WampPeer to(WampServer server) {
        return to(new WsServer(server));
    }

    /** Connects to {@code HttpServer(WsServer(protocol))}, without a server application. */
    public static WampPeer to(WampProtocol protocol) {
        return to(new WsServer(protocol));
    }

    /** Connects to {@code HttpServer(WsServer(server))} with a clock. */
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

    /** Connects to a new server for an application. */
    public static WampPeer to(WampComponent app) {
        return to(new WampServer(app));
    }

    /** Returns the session id that the server assigned. */
    public String sessionId() {
        return sessionId;
    }

    /** Subscribes to a topic. */
    @CanIgnoreReturnValue
    public WampPeer subscribe(String topic) {
        return send(5, topic);
    }

    /** Unsubscribes from a topic. */
    @CanIgnoreReturnValue
    public WampPeer unsubscribe(String topic) {
        return send(6, topic);
    }

    /** Publishes an event, given as JSON. */
    @CanIgnoreReturnValue
    public WampPeer publish(String topic, String json) {
        ws.send("[7," + new JsonPrimitive(topic) + "," + json + "]");
        return this;
    }

    /** Calls a procedure. */
    @CanIgnoreReturnValue
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

    /** Sends a text message, which may be malformed. */
    @CanIgnoreReturnValue
    public WampPeer send(String text) {
        ws.send(text);
        return this;
    }

    private WampPeer send(int type, String topic) {
        return send("[" + type + "," + new JsonPrimitive(topic) + "]");
    }

    /** Returns and removes the received messages. */
    @CanIgnoreReturnValue
    public List<String> messages() {
        return ws.texts();
    }

    /** Asserts that these are the next received messages, as JSON text. */
    @CanIgnoreReturnValue
    public WampPeer receives(String... expected) {
        ws.receives(expected);
        return this;
    }

    /** Asserts that the next message is an event. The JSON is compared as text. */
    @CanIgnoreReturnValue
    public WampPeer receivesEvent(String topic, String json) {
        return receives("[8," + new JsonPrimitive(topic) + "," + json + "]");
    }

    /** Asserts that the next message is the result of a call. The JSON is compared as text. */
    @CanIgnoreReturnValue
    public WampPeer receivesResult(String callId, String json) {
        return receives("[3," + new JsonPrimitive(callId) + "," + json + "]");
    }

    /** Asserts that the next message is the error of a call. */
    @CanIgnoreReturnValue
    public WampPeer receivesError(String callId, String errorUri, String description) {
        return receives("[4," + new JsonPrimitive(callId) + "," + new JsonPrimitive(errorUri) + ","
                + new JsonPrimitive(description) + "]");
    }

    /** Asserts that no other messages were received. */
    @CanIgnoreReturnValue
    public WampPeer receivesNothingElse() {
        ws.receivesNothingElse();
        return this;
    }

    /** Asserts that the server has closed the WebSocket with a code; see {@link WsPeer#isClosedWith(int)}. */
    @CanIgnoreReturnValue
    public WampPeer isClosedWith(int code) {
        ws.isClosedWith(code);
        return this;
    }

    /** Advances the time, also of other peers with the same clock. */
    @CanIgnoreReturnValue
    public WampPeer after(Duration time) {
        ws.after(time);
        return this;
    }

    /** Closes the socket without a closing handshake. */
    public void disconnect() {
        ws.socket().close();
    }

    /** Returns the underlying WebSocket client. */
    public WsPeer ws() {
        return ws;
    }
}

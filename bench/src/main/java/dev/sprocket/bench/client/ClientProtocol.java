package dev.sprocket.bench.client;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Messages with which a client connects, subscribes and publishes.
 *
 * @param subprotocol requested WebSocket subprotocol, or empty
 * @param greeting message exchange before the client is ready
 * @param subscribe template with {@code {topic}} for the topic number and {@code {id}} for the request id
 * @param publish template with {@code {topic}}, {@code {id}} and {@code {data}} for the event
 * @param format encoding of messages
 * @param ping message that must be answered with {@code pong}, or empty
 */
public record ClientProtocol(
        String path,
        String subprotocol,
        List<Step> greeting,
        String subscribe,
        String publish,
        MessageFormat format,
        String ping,
        String pong) {
    /** Waits for a message with a prefix, then sends a response. Both are optional (empty). */
    public record Step(String expectedPrefix, String response) {}

    /** Plain WebSocket. */
    public static final ClientProtocol PLAIN =
            new ClientProtocol("/", "", List.of(), "", "", MessageFormat.TEXT, "", "");

    public static final ClientProtocol WAMP = new ClientProtocol(
            "/",
            "wamp",
            List.of(new Step("[0,", "")),
            "[5,\"http://bench.example/t{topic}\"]",
            "[7,\"http://bench.example/t{topic}\",\"{data}\"]",
            MessageFormat.TEXT,
            "",
            "");

    public static final ClientProtocol WAMP2 = wamp2("json", MessageFormat.TEXT, "[2,");

    public static final ClientProtocol WAMP2_MSGPACK = wamp2("msgpack", MessageFormat.MSGPACK, "\u0093\u0002");

    public static final ClientProtocol WAMP2_CBOR = wamp2("cbor", MessageFormat.CBOR, "\u0083\u0002");

    private static ClientProtocol wamp2(String serialization, MessageFormat format, String welcome) {
        return new ClientProtocol(
                "/",
                "wamp.2." + serialization,
                List.of(
                        new Step(
                                "",
                                "[1,\"realm1\",{\"roles\":{\"publisher\":{},\"subscriber\":{},\"caller\":{},\"callee\":{}}}]"),
                        new Step(welcome, "")),
                "[32,{id},{},\"com.example.bench.t{topic}\"]",
                "[16,{id},{},\"com.example.bench.t{topic}\",[\"{data}\"]]",
                format,
                "",
                "");
    }

    public static final ClientProtocol STOMP = new ClientProtocol(
            "/stomp",
            "v12.stomp",
            List.of(
                    new Step("", "CONNECT\naccept-version:1.2\nhost:bench\nheart-beat:0,0\n\n\0"),
                    new Step("CONNECTED", "")),
            "SUBSCRIBE\nid:{topic}\ndestination:/topic/t{topic}\n\n\0",
            "SEND\ndestination:/topic/t{topic}\ncontent-type:text/plain\n\n{data}\0",
            MessageFormat.TEXT,
            "",
            "");

    /** Engine.IO version 4 and Socket.IO version 5, over WebSocket without an upgrade. */
    public static final ClientProtocol SOCKET_IO = new ClientProtocol(
            "/socket.io/?EIO=4&transport=websocket",
            "",
            List.of(new Step("0{", "40"), new Step("40", "")),
            "42[\"subscribe\",\"t{topic}\"]",
            "42[\"publish\",[\"t{topic}\",\"{data}\"]]",
            MessageFormat.TEXT,
            "2",
            "3");

    /** Reports whether messages contain request ids and differ each time. */
    public boolean hasRequestIds() {
        return publish.contains("{id}");
    }

    public ByteBuf subscribeTo(int topic, Client client) {
        return format.frame(withRequestId(subscribe, client).replace("{topic}", "" + topic));
    }

    /** Returns a WAMP v2 subscription that continues after a position. */
    public ByteBuf subscribeAfter(String position, Client client) {
        return format.frame(withRequestId(subscribe, client)
                .replace("{topic}", "0")
                .replace("{}", "{\"_after\":\"" + position + "\"}"));
    }

    /** Returns a WAMP v2 event on topic 0 for all subscribers, including the publisher. */
    public ByteBuf publishToAll(String data, Client client) {
        return format.frame(withRequestId(publish, client)
                .replace("{topic}", "0")
                .replace("{data}", data)
                .replace("{}", "{\"exclude_me\":false}"));
    }

    public ByteBuf publishTo(int topic, String data, Client client) {
        return format.frame(
                withRequestId(publish, client).replace("{topic}", "" + topic).replace("{data}", data));
    }

    private static String withRequestId(String message, Client client) {
        return message.contains("{id}") ? message.replace("{id}", "" + client.nextRequest()) : message;
    }
}

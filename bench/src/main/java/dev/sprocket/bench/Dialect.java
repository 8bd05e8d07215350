package dev.sprocket.bench;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * What a client says to come in, to subscribe and to publish.
 *
 * @param subprotocol empty to ask for none
 * @param greeting what happens before it is ready
 * @param subscribe the message, with {@code {topic}} for the topic's number, and {@code {id}} for the connection's own count
 *     of requests
 * @param publish the message, with {@code {topic}} and {@code {id}}, and {@code {data}} for what is published
 * @param packing how messages are written
 * @param ping a message that wants {@code pong} for an answer; empty if there is none
 */
record Dialect(
        String path,
        String subprotocol,
        List<Step> greeting,
        String subscribe,
        String publish,
        Packing packing,
        String ping,
        String pong) {
    /** Waits for a message that begins like this, unless empty; then says something, unless empty. */
    record Step(String awaited, String answer) {}

    /** WebSocket and nothing else. */
    static final Dialect PLAIN = new Dialect("/", "", List.of(), "", "", Packing.TEXT, "", "");

    static final Dialect WAMP = new Dialect(
            "/",
            "wamp",
            List.of(new Step("[0,", "")),
            "[5,\"http://bench.example/t{topic}\"]",
            "[7,\"http://bench.example/t{topic}\",\"{data}\"]",
            Packing.TEXT,
            "",
            "");

    static final Dialect WAMP2 = wamp2("json", Packing.TEXT, "[2,");

    static final Dialect WAMP2_MSGPACK = wamp2("msgpack", Packing.MSGPACK, "\u0093\u0002");

    static final Dialect WAMP2_CBOR = wamp2("cbor", Packing.CBOR, "\u0083\u0002");

    private static Dialect wamp2(String serialization, Packing packing, String welcome) {
        return new Dialect(
                "/",
                "wamp.2." + serialization,
                List.of(
                        new Step(
                                "",
                                "[1,\"realm1\",{\"roles\":{\"publisher\":{},\"subscriber\":{},\"caller\":{},\"callee\":{}}}]"),
                        new Step(welcome, "")),
                "[32,{id},{},\"com.example.bench.t{topic}\"]",
                "[16,{id},{},\"com.example.bench.t{topic}\",[\"{data}\"]]",
                packing,
                "",
                "");
    }

    static final Dialect STOMP = new Dialect(
            "/stomp",
            "v12.stomp",
            List.of(
                    new Step("", "CONNECT\naccept-version:1.2\nhost:bench\nheart-beat:0,0\n\n\0"),
                    new Step("CONNECTED", "")),
            "SUBSCRIBE\nid:{topic}\ndestination:/topic/t{topic}\n\n\0",
            "SEND\ndestination:/topic/t{topic}\ncontent-type:text/plain\n\n{data}\0",
            Packing.TEXT,
            "",
            "");

    /** Version 4 of Engine.IO and 5 of Socket.IO, over WebSocket from the beginning. */
    static final Dialect SOCKET_IO = new Dialect(
            "/socket.io/?EIO=4&transport=websocket",
            "",
            List.of(new Step("0{", "40"), new Step("40", "")),
            "42[\"subscribe\",\"t{topic}\"]",
            "42[\"publish\",[\"t{topic}\",\"{data}\"]]",
            Packing.TEXT,
            "2",
            "3");

    /** Whether a message is another one each time. */
    boolean counts() {
        return publish.contains("{id}");
    }

    ByteBuf subscribeTo(int topic, Client client) {
        return packing.frame(counted(subscribe, client).replace("{topic}", "" + topic));
    }

    ByteBuf publishTo(int topic, String data, Client client) {
        return packing.frame(
                counted(publish, client).replace("{topic}", "" + topic).replace("{data}", data));
    }

    private static String counted(String message, Client client) {
        return message.contains("{id}") ? message.replace("{id}", "" + client.nextRequest()) : message;
    }
}

package dev.sprocket.bench;

import java.util.List;

/**
 * What a client says to come in, to subscribe and to publish.
 *
 * @param subprotocol empty to ask for none
 * @param greeting what happens before it is ready
 * @param subscribe the message, with {@code {topic}} for the topic's number
 * @param publish the message, with {@code {topic}}, and {@code {data}} for what is published
 * @param ping a message that wants {@code pong} for an answer; empty if there is none
 */
record Dialect(
        String path,
        String subprotocol,
        List<Step> greeting,
        String subscribe,
        String publish,
        String ping,
        String pong) {
    /** Waits for a message that begins like this, unless empty; then says something, unless empty. */
    record Step(String awaited, String answer) {}

    /** WebSocket and nothing else. */
    static final Dialect PLAIN = new Dialect("/", "", List.of(), "", "", "", "");

    static final Dialect WAMP = new Dialect(
            "/",
            "wamp",
            List.of(new Step("[0,", "")),
            "[5,\"http://bench.example/t{topic}\"]",
            "[7,\"http://bench.example/t{topic}\",\"{data}\"]",
            "",
            "");

    static final Dialect STOMP = new Dialect(
            "/stomp",
            "v12.stomp",
            List.of(
                    new Step("", "CONNECT\naccept-version:1.2\nhost:bench\nheart-beat:0,0\n\n\0"),
                    new Step("CONNECTED", "")),
            "SUBSCRIBE\nid:{topic}\ndestination:/topic/t{topic}\n\n\0",
            "SEND\ndestination:/topic/t{topic}\ncontent-type:text/plain\n\n{data}\0",
            "",
            "");

    /** Version 4 of Engine.IO and 5 of Socket.IO, over WebSocket from the beginning. */
    static final Dialect SOCKET_IO = new Dialect(
            "/socket.io/?EIO=4&transport=websocket",
            "",
            List.of(new Step("0{", "40"), new Step("40", "")),
            "42[\"subscribe\",\"t{topic}\"]",
            "42[\"publish\",[\"t{topic}\",\"{data}\"]]",
            "2",
            "3");

    String subscribeTo(int topic) {
        return subscribe.replace("{topic}", "" + topic);
    }

    String publishTo(int topic, String data) {
        return publish.replace("{topic}", "" + topic).replace("{data}", data);
    }
}

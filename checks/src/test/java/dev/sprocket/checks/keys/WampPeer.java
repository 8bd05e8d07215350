package dev.sprocket.checks.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/** Client of WAMP v2 in JSON that numbers its requests. */
final class WampPeer implements AutoCloseable {
    private static final String ROLES = "\"roles\":{\"caller\":{},\"callee\":{},\"publisher\":{},\"subscriber\":{}}";

    private final RawWebSocket socket;
    private int requests;

    private WampPeer(RawWebSocket socket) {
        this.socket = socket;
    }

    /** Connects without sending HELLO. */
    static WampPeer connect(int port, String path, String... headers) throws IOException {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Sec-WebSocket-Protocol: wamp.2.json";
        return new WampPeer(RawWebSocket.open(port, path, all));
    }

    /** Connects and joins a realm anonymously. */
    static WampPeer join(int port, String path, String realm, String... headers) throws IOException {
        WampPeer peer = connect(port, path, headers);
        assertThat(peer.hello(realm, "")).startsWith("[2,");
        return peer;
    }

    /** Connects and joins the default realm anonymously. */
    static WampPeer join(int port, String path) throws IOException {
        return join(port, path, "realm1");
    }

    /** Sends HELLO with additional details ({@code ,"authid":"ann"}) and returns the response. */
    String hello(String realm, String details) throws IOException {
        return send("[1,\"" + realm + "\",{" + ROLES + details + "}]").receive();
    }

    WampPeer send(String message) throws IOException {
        socket.send(message);
        return this;
    }

    String receive() throws IOException {
        return socket.receive();
    }

    /** Sends a request and returns its response; {@code rest} follows the request id. */
    String exchange(int type, String rest) throws IOException {
        return request(type, rest).receive();
    }

    /** Sends a request; {@code rest} follows the request id. */
    WampPeer request(int type, String rest) throws IOException {
        requests++;
        return send("[" + type + "," + requests + "," + rest + "]");
    }

    /** Subscribes and returns SUBSCRIBED (33) or ERROR. */
    String subscribe(String topic) throws IOException {
        return exchange(32, "{},\"" + topic + "\"");
    }

    /** Registers a procedure and returns REGISTERED (65) or ERROR. */
    String register(String procedure) throws IOException {
        return exchange(64, "{},\"" + procedure + "\"");
    }

    /** Publishes with acknowledgement and returns PUBLISHED (17) or ERROR. */
    String publish(String topic, String value) throws IOException {
        return exchange(16, "{\"acknowledge\":true,\"exclude_me\":false},\"" + topic + "\",[" + value + "]");
    }

    /** Calls a procedure and returns RESULT (50) or ERROR. */
    String call(String procedure, String arguments) throws IOException {
        return exchange(48, "{},\"" + procedure + "\",[" + arguments + "]");
    }

    RawWebSocket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

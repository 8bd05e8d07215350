package dev.sprocket.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/** A client of WAMP v2 in JSON, by hand; it numbers its requests itself. */
final class WampPeer implements AutoCloseable {
    private static final String ROLES = "\"roles\":{\"caller\":{},\"callee\":{},\"publisher\":{},\"subscriber\":{}}";

    private final RawWebSocket socket;
    private int requests;

    private WampPeer(RawWebSocket socket) {
        this.socket = socket;
    }

    /** A connection that has said nothing. */
    static WampPeer connect(int port, String path, String... headers) throws IOException {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Sec-WebSocket-Protocol: wamp.2.json";
        return new WampPeer(RawWebSocket.open(port, path, all));
    }

    static WampPeer join(int port, String path, String realm, String... headers) throws IOException {
        WampPeer peer = connect(port, path, headers);
        assertThat(peer.hello(realm, "")).startsWith("[2,");
        return peer;
    }

    /** An anonymous member of the default realm. */
    static WampPeer join(int port, String path) throws IOException {
        return join(port, path, "realm1");
    }

    /** Says HELLO; details as {@code ,"authid":"ann"}. Returns the answer. */
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

    /** Sends a request of this type; {@code rest} is what follows its number. Returns the answer. */
    String exchange(int type, String rest) throws IOException {
        return request(type, rest).receive();
    }

    WampPeer request(int type, String rest) throws IOException {
        requests++;
        return send("[" + type + "," + requests + "," + rest + "]");
    }

    /** 33 or an error. */
    String subscribe(String topic) throws IOException {
        return exchange(32, "{},\"" + topic + "\"");
    }

    /** 65 or an error. */
    String register(String procedure) throws IOException {
        return exchange(64, "{},\"" + procedure + "\"");
    }

    /** 17 or an error. */
    String publish(String topic, String value) throws IOException {
        return exchange(16, "{\"acknowledge\":true,\"exclude_me\":false},\"" + topic + "\",[" + value + "]");
    }

    /** 50 or an error. */
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

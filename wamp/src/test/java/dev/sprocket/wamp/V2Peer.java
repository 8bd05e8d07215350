package dev.sprocket.wamp;

import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.regex.Pattern;

/** A client of WAMP v2 in memory, in JSON. */
final class V2Peer implements AutoCloseable {
    /** All that a client can announce. */
    static final String ROLES = "{\"publisher\":{},\"subscriber\":{},\"caller\":{\"features\":"
            + "{\"progressive_call_invocations\":true}},\"callee\":{\"features\":{\"call_canceling\":true,"
            + "\"progressive_call_results\":true,\"progressive_call_invocations\":true}}}";

    private static final Pattern EVENT = Pattern.compile("\\[36,(\\d+),\\d+,");
    private static final Pattern PUBLISHED = Pattern.compile("\\[17,(\\d+),\\d+]");
    private static final Pattern WELCOME = Pattern.compile("\\[2,(\\d+),(\\{.*})]");

    final WampPeer peer;
    long session;
    String welcome = "";

    V2Peer(WampServer server) {
        this(server, "wamp.2.json");
    }

    V2Peer(WampServer server, String subprotocol) {
        this(new WsServer(server), subprotocol);
    }

    /** One that comes by another stack. */
    V2Peer(WsServer server) {
        this(server, "wamp.2.json");
    }

    private V2Peer(WsServer server, String subprotocol) {
        peer = new WampPeer(server, subprotocol, Unpooled.EMPTY_BUFFER);
    }

    /** One that has joined the realm of this name. */
    static V2Peer joined(WampServer server) {
        return new V2Peer(server).joins("realm1", ROLES);
    }

    V2Peer joins(String realm, String roles) {
        peer.says("[1,\"" + realm + "\",{\"roles\":" + roles + "}]");
        String answer = peer.hears().get(0);
        var welcomed = WELCOME.matcher(answer);
        if (!welcomed.matches()) {
            throw new AssertionError(answer);
        }
        session = Long.parseLong(welcomed.group(1));
        welcome = welcomed.group(2);
        return this;
    }

    V2Peer says(String json) {
        peer.says(json);
        return this;
    }

    /** What it hears; P for each publication. */
    List<String> hears() {
        return peer.hears().stream()
                .map(text -> EVENT.matcher(text).replaceAll("[36,$1,P,"))
                .map(text -> PUBLISHED.matcher(text).replaceAll("[17,$1,P]"))
                .toList();
    }

    @Override
    public void close() {
        peer.close();
    }
}

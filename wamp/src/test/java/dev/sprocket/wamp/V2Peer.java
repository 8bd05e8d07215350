package dev.sprocket.wamp;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.regex.Pattern;

/** WAMP v2 client in memory, with JSON. */
public final class V2Peer implements AutoCloseable {
    /** Roles with all features of a client. */
    public static final String ROLES = "{\"publisher\":{},\"subscriber\":{},\"caller\":{\"features\":"
            + "{\"progressive_call_invocations\":true}},\"callee\":{\"features\":{\"call_canceling\":true,"
            + "\"progressive_call_results\":true,\"progressive_call_invocations\":true}}}";

    private static final Pattern EVENT = Pattern.compile("\\[36,(\\d+),\\d+,");
    private static final Pattern PUBLISHED = Pattern.compile("\\[17,(\\d+),\\d+]");
    private static final Pattern WELCOME = Pattern.compile("\\[2,(\\d+),(\\{.*})]");

    public final WampPeer peer;
    long session;
    public String welcome = "";

    public V2Peer(WampServer server) {
        this(server, "wamp.2.json");
    }

    V2Peer(WampServer server, String subprotocol) {
        this(new WsServer(server), subprotocol);
    }

    /** Creates a client of another stack. */
    V2Peer(WsServer server) {
        this(server, "wamp.2.json");
    }

    private V2Peer(WsServer server, String subprotocol) {
        peer = new WampPeer(server, subprotocol, Unpooled.EMPTY_BUFFER);
    }

    /** Returns a client that has joined {@code realm1}. */
    public static V2Peer joined(WampServer server) {
        return new V2Peer(server).join("realm1", ROLES);
    }

    @CanIgnoreReturnValue
    public V2Peer join(String realm, String roles) {
        peer.send("[1,\"" + realm + "\",{\"roles\":" + roles + "}]");
        String response = peer.received().get(0);
        var welcomed = WELCOME.matcher(response);
        if (!welcomed.matches()) {
            throw new AssertionError(response);
        }
        session = Long.parseLong(welcomed.group(1));
        welcome = welcomed.group(2);
        return this;
    }

    @CanIgnoreReturnValue
    public V2Peer send(String json) {
        peer.send(json);
        return this;
    }

    /** Returns the received messages, with P for publication ids. */
    @CanIgnoreReturnValue
    public List<String> received() {
        return peer.received().stream()
                .map(text -> EVENT.matcher(text).replaceAll("[36,$1,P,"))
                .map(text -> PUBLISHED.matcher(text).replaceAll("[17,$1,P]"))
                .toList();
    }

    @Override
    public void close() {
        peer.close();
    }
}

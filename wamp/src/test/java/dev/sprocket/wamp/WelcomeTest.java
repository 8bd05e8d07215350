package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.http.HttpRequest;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class WelcomeTest {
    private final RecordingApp app = new RecordingApp();

    @Test
    void welcome_precedes_messages_of_onOpen() {
        RecordingApp eager = new RecordingApp() {
            @Override
            public void onOpen(WampConnection conn) throws Exception {
                super.onOpen(conn);
                conn.event("hello", Event.of(1));
            }
        };
        try (WampPeer peer = new WampPeer(eager)) {
            String id = eager.conns.get(0).sessionId();

            assertThat(peer.received()).containsExactly("[0,\"" + id + "\",1,\"Sprocket/dev\"]", "[8,\"hello\",1]");
        }
    }

    @Test
    void session_ids_are_long_and_unique() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            new WampPeer(app).close();
            ids.add(app.conns.get(i).sessionId());
        }

        assertThat(ids).hasSize(100).allSatisfy(id -> assertThat(id).matches("[A-Za-z0-9_-]{22}"));
    }

    @Test
    void subprotocol_is_wamp() {
        try (WampPeer peer = new WampPeer(app)) {
            assertThat(peer.handshake)
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("Sec-WebSocket-Protocol: wamp\r\n");
        }
    }

    @Test
    void subprotocols_are_those_of_application_and_wamp() {
        class Versioned extends RecordingApp implements WsServer.Subprotocols {
            @Override
            public List<String> subprotocols() {
                return List.of("chat.v2", "chat.v1");
            }
        }
        WampServer server = new WampServer(new Versioned());

        assertThat(server.subprotocols())
                .containsExactly("chat.v2", "chat.v1", "wamp.2.json", "wamp.2.json.batched", "wamp");
        assertThat(new WampServer(app).subprotocols()).containsExactly("wamp.2.json", "wamp.2.json.batched", "wamp");
        try (WampPeer peer = new WampPeer(new WsServer(server), "chat.v1, wamp", Unpooled.EMPTY_BUFFER)) {
            assertThat(peer.handshake).containsIgnoringCase("Sec-WebSocket-Protocol: chat.v1\r\n");
            assertThat(peer.received()).hasSize(1);
        }
    }

    @Test
    void missing_subprotocol_is_rejected_unless_lenient() {
        WampServer server = new WampServer(app);
        try (WampPeer rejected = new WampPeer(new WsServer(server), "", Unpooled.EMPTY_BUFFER)) {
            assertThat(rejected.handshake).startsWith("HTTP/1.1 426 ");
            assertThat(app.calls()).isEmpty();
        }
        try (WampPeer peer = new WampPeer(new WsServer(server).lenient(), "", Unpooled.EMPTY_BUFFER)) {
            assertThat(peer.received()).hasSize(1).first().asString().startsWith("[0,");
            assertThat(peer.handshake).doesNotContainIgnoringCase("Sec-WebSocket-Protocol");
        }
    }

    @Test
    void messages_following_handshake_are_not_lost() {
        WsServer server = new WsServer(new WampServer(app));
        try (WampPeer peer = new WampPeer(
                server,
                "wamp",
                Unpooled.wrappedBuffer(WampPeer.textFrame("[5,\"a\"]"), WampPeer.textFrame("[5,\"b\"]")))) {
            assertThat(app.calls()).containsExactly("open", "subscribe a", "subscribe b");
            assertThat(peer.received()).hasSize(1);
        }
    }

    @Test
    void attributes_of_lower_layers_are_visible() {
        List<WampConnection> seen = new ArrayList<>();
        WampComponent checking = new WampComponent() {
            @Override
            public void onOpen(WampConnection conn) {
                assertThat(HttpRequest.of(conn).path()).isEqualTo("/wamp");
                seen.add(conn);
            }

            @Override
            public void onCall(WampConnection conn, Call call) {
                seen.add(conn);
            }

            @Override
            public void onClose(WampConnection conn) {
                seen.add(conn);
            }
        };
        try (WampPeer peer = new WampPeer(checking, new Topics())) {
            peer.send("[2,1,\"p\"]");
        }

        assertThat(seen).hasSize(3).containsOnly(seen.get(0));
    }
}

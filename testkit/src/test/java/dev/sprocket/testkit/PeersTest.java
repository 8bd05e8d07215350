package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.RawWampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampProtocol;
import dev.sprocket.websocket.WsConnection;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PeersTest {
    @Test
    void WebSocket_peer_receives_echoes_of_all_length_encodings() {
        WsPeer peer = WsPeer.to(new EchoServer());
        String medium = "m".repeat(200);
        String large = "l".repeat(65_536);
        peer.send("short").send(medium).send(large).send(new byte[] {1, 2});
        assertThat(peer.texts()).containsExactly("short", medium, large);
        assertThat(peer.binaries()).containsExactly(new byte[] {1, 2});
        peer.socket().close();
    }

    @Test
    void close_is_echoed_and_closes_the_socket() {
        WsPeer peer = WsPeer.to(new EchoServer()).close(4100, "app");
        assertThat(peer.closeCode()).hasValue(4100);
        assertThat(peer.socket().isOpen()).isFalse();
    }

    @Test
    void unanswered_close_disconnects_in_virtual_time() {
        WsPeer peer = WsPeer.to((MessageComponent<WsConnection, Message>) (from, message) -> from.close(4000, "go"));
        peer.send("x");
        assertThat(peer.closeCode()).hasValue(4000);
        peer.socket().advance(Duration.ofMillis(4999));
        assertThat(peer.socket().isOpen()).isTrue();
        peer.socket().advance(Duration.ofMillis(1));
        assertThat(peer.socket().isOpen()).isFalse();
    }

    @Test
    void server_shutdown_closes_with_1001() {
        WsPeer peer = WsPeer.to(new EchoServer());
        peer.socket().fire(new CloseRequest(CloseReason.SHUTDOWN));
        assertThat(peer.closeCode()).hasValue(1001);
        peer.close(1001, "");
        assertThat(peer.socket().isOpen()).isFalse();
    }

    @Test
    void HTTP_peer_receives_status_headers_and_body() {
        HttpPeer peer = HttpPeer.to(new Router()
                .get(
                        "/hello/{name}",
                        request -> HttpResponse.text(
                                "hi " + request.pathParameter("name").orElseThrow())));
        HttpPeer.Response response = peer.get("/hello/ann");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hi ann");
        assertThat(response.headers()).containsEntry("content-length", "6");
        assertThat(peer.get("/nowhere").status()).isEqualTo(404);
    }

    @Test
    void rejected_handshake_fails_with_the_response() {
        MessageComponent<Connection, Message> noHttp = (from, message) -> from.send("go away");
        assertThatThrownBy(() -> WsPeer.toStack(noHttp, "/"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("go away");
    }

    @Test
    void WAMP_peer_connects_to_a_raw_component() {
        RawWampComponent greeting = new RawWampComponent() {
            @Override
            public void onSubscribe(WampConnection conn, String topic) {
                conn.event(topic, Event.of(conn.sessionId()));
            }
        };
        WampPeer peer = WampPeer.to(new WampProtocol(greeting));
        assertThat(peer.subscribe("t").messages()).containsExactly("[8,\"t\",\"" + peer.sessionId() + "\"]");
        peer.ws().socket().close();
    }
}

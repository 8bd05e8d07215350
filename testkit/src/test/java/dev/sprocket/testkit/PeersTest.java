package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.Router;
import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.RawWampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.WampProtocol;
import dev.sprocket.websocket.WsConnection;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PeersTest {
    @Test
    void a_websocket_peer_gets_back_what_it_sent_in_every_length_encoding() {
        WsPeer peer = WsPeer.to(new EchoServer());
        String medium = "m".repeat(200);
        String large = "l".repeat(65_536);
        peer.send("short").send(medium).send(large).send(new byte[] {1, 2});
        assertThat(peer.texts()).containsExactly("short", medium, large);
        assertThat(peer.binaries()).containsExactly(new byte[] {1, 2});
        peer.socket().close();
    }

    @Test
    void a_close_is_echoed_and_ends_the_socket() {
        WsPeer peer = WsPeer.to(new EchoServer()).close(4100, "app");
        assertThat(peer.closeCode()).hasValue(4100);
        assertThat(peer.socket().isOpen()).isFalse();
    }

    @Test
    void virtual_time_ends_a_connection_whose_peer_does_not_say_goodbye() {
        WsPeer peer = WsPeer.to((MessageComponent<WsConnection, Message>) (from, message) -> from.close(4000, "go"));
        peer.send("x");
        assertThat(peer.closeCode()).hasValue(4000);
        peer.socket().advance(Duration.ofMillis(4999));
        assertThat(peer.socket().isOpen()).isTrue();
        peer.socket().advance(Duration.ofMillis(1));
        assertThat(peer.socket().isOpen()).isFalse();
    }

    @Test
    void a_server_that_stops_says_1001() {
        WsPeer peer = WsPeer.to(new EchoServer());
        peer.socket().fire(new CloseRequest(CloseRequest.Cause.SERVER_SHUTDOWN));
        assertThat(peer.closeCode()).hasValue(1001);
        peer.close(1001, "");
        assertThat(peer.socket().isOpen()).isFalse();
    }

    @Test
    void an_http_peer_sees_status_headers_and_body() {
        HttpPeer peer = HttpPeer.to(new Router()
                .get(
                        "/hello/{name}",
                        request -> HttpResponse.text(
                                "hi " + request.pathParameter("name").orElseThrow())));
        HttpPeer.Response answer = peer.get("/hello/ann");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hi ann");
        assertThat(answer.headers()).containsEntry("content-length", "6");
        assertThat(peer.get("/nowhere").status()).isEqualTo(404);
    }

    @Test
    void a_peer_that_is_refused_says_how() {
        MessageComponent<Connection, Message> noHttp = (from, message) -> from.send("go away");
        assertThatThrownBy(() -> WsPeer.toStack(noHttp, "/"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("go away");
    }

    @Test
    void a_wamp_peer_connects_to_the_protocol_alone() {
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

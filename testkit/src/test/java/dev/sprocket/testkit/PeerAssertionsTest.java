package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Assertions of test clients and their failure messages. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PeerAssertionsTest {
    private static final MessageComponent<WsConnection, Message> CLOSES =
            (from, message) -> from.close(4000, message.text());

    private static void fails(ThrowingCallable assertion, String message) {
        assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessage(message);
    }

    @Test
    void WebSocket_peer_assertions_report_actual_values() {
        WsPeer peer = WsPeer.to(new EchoServer()).send("one").send("two").send(new byte[] {1});
        peer.receives("one", "two")
                .receives(new byte[] {1})
                .receivesNothingElse()
                .isStillConnected();
        fails(() -> peer.receives("three"), "received nothing (expected: \"three\")");
        fails(() -> peer.receives(new byte[] {2}), "received nothing binary (expected: 02)");
        fails(() -> peer.send("x").receives("y"), "received \"x\" (expected: \"y\")");
        fails(() -> peer.send("z").receivesNothingElse(), "received \"z\" (expected: nothing else)");
        peer.texts();
        fails(
                () -> peer.send(new byte[] {3}).receivesNothingElse(),
                "received 1 binary messages (expected: nothing else)");
        fails(() -> peer.receives(new byte[] {4}), "received 03 (expected: 04)");
        fails(peer::isDisconnected, "still connected (expected: disconnected)");
        fails(() -> peer.isClosedWith(1000), "open (expected: closed with 1000)");
        fails(peer::isPinged, "no ping (expected: one)");
        peer.disconnect();
        peer.isDisconnected();
        fails(peer::isStillConnected, "disconnected (expected: still connected)");
    }

    @Test
    void isClosedWith_checks_code_and_reason() {
        WsPeer peer = WsPeer.to(CLOSES).send("go");
        fails(() -> peer.receives("hi"), "received nothing; closed with 4000 go (expected: \"hi\")");
        fails(() -> peer.isClosedWith(1000), "closed with 4000 go (expected: closed with 1000)");
        fails(() -> peer.isClosedWith(4000, "stay"), "closed with 4000 \"go\" (expected: \"stay\")");
        peer.isClosedWith(4000, "go").isDisconnected();
    }

    @Test
    void clock_advances_all_its_peers() {
        VirtualClock clock = new VirtualClock();
        WsPeer alive = WsPeer.to(new EchoServer(), clock).send("hi");
        WsPeer silent = WsPeer.to(new EchoServer(), clock).send("hi");
        clock.advance(Duration.ofSeconds(30));
        fails(alive::isPinged, "no ping (expected: one)");
        clock.advance(Duration.ofSeconds(1));
        alive.isPinged().pong();
        silent.isPinged().after(Duration.ofSeconds(11)).isClosedWith(1001).isDisconnected();
        alive.isStillConnected();
        assertThat(clock.now()).isEqualTo(Duration.ofSeconds(42));
        assertThat(clock).hasToString("virtual clock at PT42S");
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
                .hasMessage("time: PT-1S (expected: zero or more)");
        alive.disconnect();
    }

    @Test
    void WAMP_peer_assertions_report_actual_values() {
        WampServer server = new WampServer(new WampComponent() {
            @Override
            public void onOpen(WampConnection conn) {
                conn.event("news", Event.of(1));
            }

            @Override
            public void onCall(WampConnection conn, Call call) {
                if (call.procedure().equals("fail")) {
                    throw new CallException("error:no", "no");
                }
                if (call.procedure().equals("leave")) {
                    conn.close(1008, "enough");
                }
                call.result(call.arguments().size());
            }
        });
        VirtualClock clock = new VirtualClock();
        WampPeer peer = WampPeer.to(server, clock);
        peer.receivesEvent("news", "1");
        peer.call("1", "count", "a", "b").receivesResult("1", "2");
        peer.call("2", "fail").receivesError("2", "error:no", "no").receivesNothingElse();
        fails(() -> peer.receivesEvent("news", "2"), "received nothing (expected: \"[8,\"news\",2]\")");
        peer.after(Duration.ofSeconds(1)).call("3", "leave").isClosedWith(1008);
        WampPeer other = WampPeer.to(server, clock);
        assertThat(other.receives("[8,\"news\",1]").sessionId()).isNotEqualTo(peer.sessionId());
        other.disconnect();
    }

    @Test
    void HTTP_response_assertions_report_actual_values() {
        MessageComponent<HttpConnection, Message> streams = new MessageComponent<>() {
            @Override
            public void onOpen(HttpConnection conn) {
                conn.stream(HttpResponse.of(200));
                conn.send("æ".repeat(10));
                conn.send("bc");
                conn.close();
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}
        };
        HttpPeer peer = HttpPeer.to(
                new Router()
                        .get("/hello", request -> HttpResponse.text("hi").header("X-A", "b"))
                        .route("GET", "/stream", streams),
                new VirtualClock());
        HttpPeer.Response response =
                peer.get("/hello").hasStatus(200).hasBody("hi").hasHeader("x-a", "b");
        assertThatThrownBy(() -> response.hasStatus(404))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("response 200")
                .hasMessageEndingWith("\"hi\" (expected: 404)");
        assertThatThrownBy(() -> response.hasBody("ho")).hasMessageEndingWith("(expected: \"ho\")");
        assertThatThrownBy(() -> response.hasHeader("X-A", "c")).hasMessageEndingWith("(expected: X-A: c)");
        peer.get("/stream").hasStatus(200).hasBody("æ".repeat(10) + "bc");
        peer.after(Duration.ofMinutes(2));
        assertThat(peer.socket().isOpen())
                .as("after a minute without a request")
                .isFalse();
    }

    @Test
    void memory_connection_records_sent_messages() {
        MemoryConnection ann = new MemoryConnection("ann");
        assertThat(ann.send("hi")).isTrue();
        assertThat(ann.texts()).containsExactly("hi");
        ann.close();
        assertThat(ann.send("late")).isFalse();
        assertThat(ann.messages()).hasSize(1);
        assertThat(ann).hasToString("ann");
    }

    @Test
    void timeout_elapses_in_virtual_time() {
        WsPeer peer = WsPeer.on(MemorySocket.to(new HttpServer(new WsServer(CLOSES))), "/");
        peer.send("go").after(Duration.ofSeconds(5)).isDisconnected();
    }
}

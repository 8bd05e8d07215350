package dev.sprocket.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.json.Json;
import dev.sprocket.core.json.JsonConnection;
import dev.sprocket.core.thread.ExecuteOn;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpServer;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.Recorder;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.WsConnection;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors that a peer receives after a rejection or failure, by protocol. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RejectionTest {
    private static final MessageComponent<JsonConnection<Integer>, Integer> INCREMENT =
            (from, number) -> from.send(number + 1);

    @ParameterizedTest
    @CsvSource({"MALFORMED,1007", "UNSUPPORTED,1003", "FORBIDDEN,1008", "LIMIT_EXCEEDED,1008"})
    void WebSocket_is_closed_with_the_code_of_the_kind(CloseReason.Rejection.Kind kind, int code) {
        Recorder app = new Recorder();
        WsPeer peer = WsPeer.to((WsConnection from, Message message) -> {
            app.onMessage(from, message);
            throw new RejectedException(new CloseReason.Rejection(kind, "no"));
        });
        peer.send("a").send("b");
        assertThat(peer.closeCode()).hasValue(code);
        assertThat(app.log()).containsExactly("message a");
        peer.socket().close();
    }

    @ParameterizedTest
    @CsvSource({"MALFORMED,400", "UNSUPPORTED,415", "FORBIDDEN,403", "LIMIT_EXCEEDED,429"})
    void request_gets_the_status_of_the_kind(CloseReason.Rejection.Kind kind, int status) {
        HttpPeer peer = HttpPeer.to(new MessageComponent<HttpConnection, Message>() {
            @Override
            public void onOpen(HttpConnection conn) {
                throw new RejectedException(new CloseReason.Rejection(kind, "no"));
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}
        });
        assertThat(peer.get("/").status()).isEqualTo(status);
        assertThat(peer.socket().isOpen()).isFalse();
        peer.socket().close();
    }

    /** Reasons of all types, with the WebSocket code and the HTTP status. */
    static Stream<Arguments> reasons() {
        return Stream.of(
                Arguments.of(CloseReason.NORMAL, 1000, 0),
                Arguments.of(CloseReason.END_OF_STREAM, 1000, 0),
                Arguments.of(CloseReason.SHUTDOWN, 1001, 0),
                Arguments.of(CloseReason.UNAUTHORIZED, 4401, 0),
                Arguments.of(CloseReason.OVERFLOW, 1008, 0),
                Arguments.of(CloseReason.malformed("no"), 1007, 400),
                Arguments.of(CloseReason.unsupported("no"), 1003, 415),
                Arguments.of(CloseReason.forbidden("no"), 1008, 403),
                Arguments.of(CloseReason.limitExceeded("no"), 1008, 429),
                Arguments.of(new CloseReason.Failure(new IllegalStateException("secret")), 1011, 500));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void application_closes_WebSocket_for_a_reason(CloseReason reason, int code, int status) {
        WsPeer peer = WsPeer.to((WsConnection from, Message message) -> {
            from.close(reason);
            assertThat(CloseReason.of(from)).contains(reason);
        });
        assertThat(peer.send("a").closeCode()).hasValue(code);
        peer.socket().close();
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void application_closes_request_for_a_reason(CloseReason reason, int code, int status) {
        MemorySocket socket = MemorySocket.to(new HttpServer(new MessageComponent<HttpConnection, Message>() {
            @Override
            public void onOpen(HttpConnection conn) {
                conn.close(reason);
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}
        }));
        socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        String response = socket.readText();
        if (status == 0) {
            assertThat(response).isEmpty();
        } else {
            assertThat(response).startsWith("HTTP/1.1 " + status + " ").doesNotContain("secret");
        }
        assertThat(socket.isOpen()).isFalse();
        socket.close();
    }

    @Test
    void JSON_over_WebSocket_closes_1007_for_invalid_values() {
        WsPeer peer = WsPeer.to(new Json<>(Integer.class, INCREMENT));
        assertThat(peer.send("41").texts()).containsExactly("42");
        assertThat(peer.send("{\"not\": \"a number\"}").closeCode()).hasValue(1007);
        peer.socket().close();
    }

    @Test
    void JSON_closes_1003_for_binary_messages() {
        WsPeer peer = WsPeer.to(new Json<>(Integer.class, INCREMENT));
        assertThat(peer.send(new byte[] {'4', '1'}).closeCode()).hasValue(1003);
        peer.socket().close();
    }

    @Test
    void ExecuteOn_preserves_the_close_code() {
        WsPeer failing = WsPeer.to(new ExecuteOn<WsConnection, Message>(Runnable::run, (from, message) -> {
            throw new IllegalStateException("boom");
        }));
        assertThat(failing.send("a").closeCode()).hasValue(1011);
        failing.socket().close();
        WsPeer rejected =
                WsPeer.to(new ExecuteOn<WsConnection, Message>(Runnable::run, new Json<>(Integer.class, INCREMENT)));
        assertThat(rejected.send("{").closeCode()).hasValue(1007);
        rejected.socket().close();
    }
}

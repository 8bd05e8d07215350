package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Open requests when a client half-closes the connection, or the server stops. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ShutdownTest {
    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();

    @BeforeEach
    void serve() {
        IoServer.attach(wire.channel(), new HttpServer(app));
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    @Test
    void half_closed_client_gets_its_response() {
        wire.send(get("/")).halfClose();
        assertThat(wire.isOpen()).isTrue();

        app.last().send("response");

        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("response");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void half_closed_client_gets_all_responses() {
        wire.send(get("/1") + get("/2")).halfClose();

        app.last().send("one");
        app.last().send("two");

        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::body)
                .containsExactly("one", "two");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void half_close_between_requests_closes_connection() {
        wire.halfClose();

        assertThat(wire.isOpen()).isFalse();
    }

    /** RFC 9112 9.6: the last response has {@code Connection: close}. */
    @Test
    void stopping_server_answers_only_the_open_request() {
        wire.send(get("/1") + get("/2"));
        wire.channel().pipeline().fireUserEventTriggered(new CloseRequest(CloseReason.SHUTDOWN));
        assertThat(wire.isOpen()).isTrue();

        app.last().send("one");

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.body()).isEqualTo("one");
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open /1", "close /1");
    }

    @Test
    void stopping_server_closes_idle_connection() {
        wire.channel().pipeline().fireUserEventTriggered(new CloseRequest(CloseReason.SHUTDOWN));

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void half_closed_client_gets_responses_in_order() {
        HttpServer server = new HttpServer(new ForwardingComponent<>(app) {
            @Override
            public void onOpen(HttpConnection conn) throws Exception {
                super.onOpen(conn);
                if (HttpRequest.of(conn).target().equals("/at-once")) {
                    conn.send("at once");
                }
            }
        });
        try (Wire other = new Wire()) {
            IoServer.attach(other.channel(), server);
            other.send(get("/late") + get("/at-once") + get("/late")).halfClose();

            app.last().send("late");
            assertThat(other.isOpen()).isTrue();
            app.last().send("later");

            assertThat(RawResponse.all(other.received()))
                    .extracting(RawResponse::body)
                    .containsExactly("late", "at once", "later");
            assertThat(other.isOpen()).isFalse();
        }
    }

    @Test
    void half_close_inside_the_headers_is_400() {
        wire.send("GET / HTTP/1.1\r\nHost: h\r\n").halfClose();

        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(400);
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void half_close_does_not_cancel_server_stop() {
        wire.send(get("/1") + get("/2"));
        wire.channel().pipeline().fireUserEventTriggered(new CloseRequest(CloseReason.SHUTDOWN));
        wire.halfClose();

        app.last().send("one");

        assertThat(RawResponse.of(wire.received()).header("connection")).isEqualTo("close");
        assertThat(app.seen).containsExactly("open /1", "close /1");
    }
}

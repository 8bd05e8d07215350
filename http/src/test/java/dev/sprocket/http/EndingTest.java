package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that are open when a client has sent all it wants to send, or the server stops. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EndingTest {
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
    void a_client_that_has_sent_all_still_gets_its_answer() {
        wire.send(get("/")).halfClose();
        assertThat(wire.isOpen()).isTrue();

        app.last().send("answer");

        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("answer");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_client_that_has_sent_all_gets_the_answers_to_all() {
        wire.send(get("/1") + get("/2")).halfClose();

        app.last().send("one");
        app.last().send("two");

        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::body)
                .containsExactly("one", "two");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_client_that_has_sent_all_and_waits_for_nothing_is_closed() {
        wire.halfClose();

        assertThat(wire.isOpen()).isFalse();
    }

    /** RFC 9112 9.6: the last answer says that it is the last. */
    @Test
    void a_server_that_stops_answers_the_open_request_and_no_other() {
        wire.send(get("/1") + get("/2"));
        wire.channel().pipeline().fireUserEventTriggered(new CloseRequest(CloseRequest.Cause.SERVER_SHUTDOWN));
        assertThat(wire.isOpen()).isTrue();

        app.last().send("one");

        RawResponse answer = RawResponse.of(wire.received());
        assertThat(answer.body()).isEqualTo("one");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open /1", "close /1");
    }

    @Test
    void a_server_that_stops_closes_a_connection_between_requests() {
        wire.channel().pipeline().fireUserEventTriggered(new CloseRequest(CloseRequest.Cause.SERVER_SHUTDOWN));

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_client_that_has_sent_all_gets_answers_that_come_late_and_at_once_in_order() {
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
    void a_client_that_ends_inside_the_headers_is_refused_with_400() {
        wire.send("GET / HTTP/1.1\r\nHost: h\r\n").halfClose();

        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(400);
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_server_that_stops_still_stops_when_the_client_has_sent_all() {
        wire.send(get("/1") + get("/2"));
        wire.channel().pipeline().fireUserEventTriggered(new CloseRequest(CloseRequest.Cause.SERVER_SHUTDOWN));
        wire.halfClose();

        app.last().send("one");

        assertThat(RawResponse.of(wire.received()).header("connection")).isEqualTo("close");
        assertThat(app.seen).containsExactly("open /1", "close /1");
    }
}

package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Life cycle of a request as a connection. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HttpExchangeTest {
    private static final AttributeKey<String> COLOUR = AttributeKey.of("colour", "is this a test?");

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
    void request_may_be_answered_after_the_callback() {
        wire.send(get("/a"));
        assertThat(wire.received()).isEmpty();

        assertThat(app.last().respond(HttpResponse.text("late"))).isTrue();

        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("late");
        assertThat(app.seen).containsExactly("open /a", "close /a");
    }

    @Test
    void body_is_readable_until_the_response() {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");

        Message body = HttpRequest.of(app.last()).body();
        app.last().send(body);

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.body()).isEqualTo("body");
        assertThat(response.header("content-type")).isEqualTo("application/octet-stream");
    }

    @Test
    void sent_text_becomes_the_response() {
        wire.send(get("/"));
        app.last().send("sent");

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(response.body()).isEqualTo("sent");
    }

    @Test
    void only_first_response_is_sent() {
        wire.send(get("/"));

        assertThat(app.last().respond(HttpResponse.text("first"))).isTrue();
        assertThat(app.last().respond(HttpResponse.text("second"))).isFalse();
        assertThat(app.last().send("third")).isFalse();

        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::body)
                .containsExactly("first");
        assertThat(app.last().isOpen()).isFalse();
    }

    /** RFC 9112 9.3.2. */
    @Test
    void pipelined_requests_wait_for_earlier_responses() {
        wire.send(get("/1") + get("/2") + get("/3"));
        assertThat(app.seen).containsExactly("open /1");

        app.last().send("one");
        assertThat(app.seen).containsExactly("open /1", "close /1", "open /2");

        app.last().send("two");
        app.last().send("three");

        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::body)
                .containsExactly("one", "two", "three");
        assertThat(app.seen).containsExactly("open /1", "close /1", "open /2", "close /2", "open /3", "close /3");
    }

    @Test
    void disconnect_before_response_ends_exchange_once() {
        wire.send(get("/1") + get("/2"));
        wire.close();

        assertThat(app.seen).containsExactly("open /1", "close /1");
        assertThat(app.last().respond(HttpResponse.text("too late"))).isFalse();
        assertThat(app.last().isOpen()).isFalse();
    }

    @Test
    void disconnect_during_request_opens_nothing() {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf");
        wire.close();

        assertThat(app.seen).isEmpty();
    }

    @Test
    void closed_exchange_closes_socket_without_response() {
        wire.send(get("/1") + get("/2"));
        app.last().close();

        assertThat(wire.received()).isEmpty();
        assertThat(wire.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open /1", "close /1");
    }

    @Test
    void response_is_sent_before_close() {
        wire.send(get("/"));
        app.last().send("bye");
        app.last().close();

        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("bye");
    }

    @Test
    void closing_finished_exchange_does_not_affect_the_next() {
        wire.send(get("/1"));
        HttpConnection first = app.last();
        first.send("one");
        wire.send(get("/2"));

        first.close();
        app.last().send("two");

        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::body)
                .containsExactly("one", "two");
    }

    @Test
    void attributes_are_not_shared_between_requests() {
        wire.send(get("/1") + get("/2"));
        COLOUR.set(app.last(), "red");
        app.last().send("one");

        assertThat(app.opened).hasSize(2);
        assertThat(COLOUR.find(app.opened.get(0))).contains("red");
        assertThat(COLOUR.find(app.last())).isEmpty();
        assertThat(HttpRequest.of(app.last()).target()).isEqualTo("/2");
    }

    @Test
    void long_pipeline_pauses_reads_until_processed() {
        wire.send(get("/1")).send(get("/" + "2".repeat(1000)).repeat(70));
        assertThat(wire.channel().config().isAutoRead()).isFalse();

        for (int i = 0; i < 71; i++) {
            app.last().send("x");
        }

        assertThat(wire.channel().config().isAutoRead()).isTrue();
        assertThat(RawResponse.all(wire.received())).hasSize(71);
    }

    @Test
    void reads_resume_when_pipeline_and_limiter_allow() {
        try (Wire limited = new Wire()) {
            Limiter<Connection, Message> limiter =
                    new Limiter<Connection, Message>(new HttpServer(app)).bytes(50_000, Limiter.Action.PAUSE);
            IoServer.attach(limited.channel(), limiter);
            limited.send(get("/1")).send(get("/" + "2".repeat(1000)).repeat(70));
            assertThat(limited.channel().config().isAutoRead()).isFalse();

            limited.advance(2_000);
            assertThat(limited.channel().config().isAutoRead())
                    .as("rate limit satisfied, no request answered")
                    .isFalse();

            for (int i = 0; i < 71; i++) {
                app.last().send("x");
            }
            assertThat(limited.channel().config().isAutoRead()).isTrue();

            limited.send(get("/1")).send(get("/" + "2".repeat(1000)).repeat(70));
            for (int i = 0; i < 71; i++) {
                app.last().send("x");
            }
            assertThat(limited.channel().config().isAutoRead())
                    .as("all requests answered, rate limit exceeded")
                    .isFalse();

            limited.advance(2_000);
            assertThat(limited.channel().config().isAutoRead()).isTrue();
            limited.received();
        }
    }

    @Test
    void request_after_response_and_close_is_not_served() {
        try (Wire each = new Wire()) {
            List<String> served = new ArrayList<>();
            IoServer.attach(each.channel(), new HttpServer(new MessageComponent<HttpConnection, Message>() {
                @Override
                public void onOpen(HttpConnection conn) {
                    served.add(HttpRequest.of(conn).target());
                    conn.send("bye");
                    conn.close();
                }

                @Override
                public void onMessage(HttpConnection from, Message message) {}
            }));
            each.send(get("/1") + get("/2"));

            assertThat(served).containsExactly("/1");
            assertThat(RawResponse.all(each.received()))
                    .extracting(RawResponse::body)
                    .containsExactly("bye");
            assertThat(each.isOpen()).isFalse();
        }
    }
}

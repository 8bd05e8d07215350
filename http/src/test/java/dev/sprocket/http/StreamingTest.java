package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Responses whose body follows in parts. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StreamingTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String NEXT = "GET /b HTTP/1.1\r\nHost: h\r\n\r\n";

    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();

    @BeforeEach
    void serve() {
        IoServer.attach(wire.channel(), new HttpServer(app));
    }

    /** RFC 9112 7.1. */
    @Test
    void parts_are_sent_as_chunks() {
        wire.send(GET);
        assertThat(app.last().stream(HttpResponse.of(200).header("Content-Type", "x/y")))
                .isTrue();
        RawResponse head = RawResponse.of(wire.received());
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("transfer-encoding")).isEqualTo("chunked");
        assertThat(head.header("content-length")).isNull();
        assertThat(head.header("connection")).isNull();
        assertThat(head.header("date")).isNotNull();

        assertThat(app.last().send("one")).isTrue();
        assertThat(wire.received()).isEqualTo("00000003\r\none\r\n");
        app.last().send(Message.binary(new byte[] {1, 2}));
        app.last().close();
        assertThat(wire.received()).isEqualTo("00000002\r\n\u0001\u0002\r\n0\r\n\r\n");
        assertThat(app.seen).containsExactly("open /a", "close /a");
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void large_part_is_one_chunk() {
        wire.send(GET);
        app.last().stream(HttpResponse.of(200));
        wire.received();
        app.last().send("x".repeat(70_000));

        assertThat(wire.received()).isEqualTo("00011170\r\n" + "x".repeat(70_000) + "\r\n");
    }

    /** An empty chunk would end the body. */
    @Test
    void empty_part_is_not_sent() {
        wire.send(GET);
        app.last().stream(HttpResponse.of(200));
        wire.received();

        assertThat(app.last().send("")).isTrue();
        assertThat(wire.received()).isEmpty();
    }

    @Test
    void next_request_waits_for_end_of_stream() {
        wire.send(GET + NEXT);
        app.last().stream(HttpResponse.of(200));
        app.last().send("1");
        assertThat(app.seen).containsExactly("open /a");

        app.last().close();
        assertThat(app.seen).containsExactly("open /a", "close /a", "open /b");
        app.last().send("2");
        assertThat(wire.received()).contains("1\r\n0\r\n\r\nHTTP/1.1 200 OK").endsWith("\r\n\r\n2");
    }

    @Test
    void known_length_is_sent_without_chunks() {
        wire.send(GET);
        app.last().stream(HttpResponse.of(200).header("Content-Length", "4"));
        app.last().send("ab");
        app.last().send("cd");
        app.last().close();

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.header("content-length")).isEqualTo("4");
        assertThat(response.header("transfer-encoding")).isNull();
        assertThat(response.body()).isEqualTo("abcd");
        assertThat(wire.isOpen()).isTrue();
        wire.send(NEXT);
        assertThat(app.seen).containsExactly("open /a", "close /a", "open /b");
    }

    @Test
    void body_exceeding_its_length_closes_the_socket() {
        wire.send(GET);
        app.last().stream(HttpResponse.of(200).header("Content-Length", "2"));

        assertThat(app.last().send("abc")).isFalse();
        assertThat(RawResponse.of(wire.received()).body()).isEmpty();
        assertThat(wire.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open /a", "close /a");
    }

    @Test
    void body_short_of_its_length_closes_the_socket() {
        wire.send(GET);
        app.last().stream(HttpResponse.of(200).header("Content-Length", "2"));
        app.last().send("a");
        app.last().close();

        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("a");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void invalid_length_throws_and_keeps_request_open() {
        wire.send(GET);
        HttpResponse bad = HttpResponse.of(200).header("Content-Length", "many");

        assertThatThrownBy(() -> app.last().stream(bad))
                .hasMessage("Content-Length: many (expected: a number of bytes)");
        assertThat(app.last().send("fine")).isTrue();
    }

    /** RFC 9112 6.3: the end of the connection is the end of the body. */
    @Test
    void HTTP_1_0_client_gets_no_chunks() {
        wire.send("GET /a HTTP/1.0\r\n\r\n");
        app.last().stream(HttpResponse.of(200));
        app.last().send("ab");
        app.last().send("cd");
        app.last().close();

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.header("transfer-encoding")).isNull();
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(response.body()).isEqualTo("abcd");
        assertThat(wire.isOpen()).isFalse();
    }

    /** RFC 9110 9.3.2. */
    @Test
    void HEAD_response_is_the_head_only() {
        wire.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
        app.last().stream(HttpResponse.of(200).header("Content-Length", "4"));

        assertThat(app.last().send("abcd")).isFalse();
        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.header("content-length")).isEqualTo("4");
        assertThat(response.body()).isEmpty();
        assertThat(app.seen).containsExactly("open /a", "close /a");
        wire.send(NEXT);
        app.last().send("next");
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("next");
    }

    @Test
    void stream_excludes_other_responses() {
        wire.send(GET);
        app.last().stream(HttpResponse.of(200));

        assertThat(app.last().respond(HttpResponse.text("no"))).isFalse();
        assertThat(app.last().upgrade(HttpResponse.of(101))).isFalse();
        assertThat(app.last().stream(HttpResponse.of(200))).isFalse();
        app.last().close();
        assertThat(app.last().send("no")).isFalse();
        assertThat(wire.received()).endsWith("\r\n\r\n0\r\n\r\n");
    }

    @Test
    void disconnect_ends_the_stream() {
        wire.send(GET);
        app.last().stream(HttpResponse.of(200));
        wire.close();

        assertThat(app.seen).containsExactly("open /a", "close /a");
        assertThat(app.last().isOpen()).isFalse();
        assertThat(app.last().send("x")).isFalse();
    }

    @Test
    void failing_component_cuts_off_the_body() {
        try (Wire other = new Wire()) {
            IoServer.attach(other.channel(), new HttpServer(new Failing()));
            other.send(GET);

            assertThat(other.received()).endsWith("00000004\r\nhalf\r\n");
            assertThat(other.isOpen()).isFalse();
        }
    }

    private static final class Failing implements MessageComponent<HttpConnection, Message> {
        @Override
        public void onOpen(HttpConnection conn) {
            conn.stream(HttpResponse.of(200));
            conn.send("half");
            throw new IllegalStateException("test");
        }

        @Override
        public void onMessage(HttpConnection from, Message message) {}
    }

    @Test
    void stream_ended_in_callback_closes_after_it() {
        try (Wire other = new Wire()) {
            IoServer.attach(other.channel(), new HttpServer(new AtOnce(app)));
            other.send(GET + NEXT);

            assertThat(app.seen).containsExactly("open /a", "sent", "close /a", "open /b", "sent", "close /b");
            assertThat(other.received()).contains("00000001\r\nx\r\n0\r\n\r\nHTTP/1.1 200 OK");
        }
    }

    private record AtOnce(Recorder recorder) implements MessageComponent<HttpConnection, Message> {
        @Override
        public void onOpen(HttpConnection conn) {
            recorder.onOpen(conn);
            conn.stream(HttpResponse.of(200));
            conn.send("x");
            conn.close();
            recorder.seen.add("sent");
        }

        @Override
        public void onMessage(HttpConnection from, Message message) {}

        @Override
        public void onClose(HttpConnection conn) {
            recorder.onClose(conn);
        }
    }

    @Test
    void stopping_server_waits_for_end_of_stream() {
        wire.send(GET);
        app.last().stream(HttpResponse.of(200));
        wire.channel().pipeline().fireUserEventTriggered(new CloseRequest(CloseReason.SHUTDOWN));
        assertThat(wire.isOpen()).isTrue();

        app.last().send("rest");
        app.last().close();
        assertThat(wire.received()).endsWith("rest\r\n0\r\n\r\n");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void added_header_is_in_every_response() {
        wire.send(GET + NEXT);
        app.last().addHeader("Set-Cookie", "a=1");
        app.last().addHeader("Set-Cookie", "b=2");
        app.last().send("x");
        assertThat(RawResponse.of(wire.received()).header("set-cookie")).isEqualTo("a=1|b=2");

        app.last().addHeader("Set-Cookie", "c=3");
        app.last().stream(HttpResponse.of(200));
        assertThat(RawResponse.of(wire.received()).header("set-cookie")).isEqualTo("c=3");
        assertThatThrownBy(() -> app.last().addHeader("A", "b\r\nC: d")).hasMessageStartingWith("header A: ");
    }
}

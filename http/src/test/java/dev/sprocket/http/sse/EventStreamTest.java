package dev.sprocket.http.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-Sent Events (HTML standard, 9.2). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EventStreamTest {
    private static final String GET = "GET /events HTTP/1.1\r\nHost: h\r\n";

    @RegisterExtension
    final Wire wire = new Wire();

    private final List<String> seen = new ArrayList<>();
    private final List<SseConnection> opened = new ArrayList<>();

    /** Records the life cycle of event stream connections. */
    private final class App implements MessageComponent<SseConnection, Message> {
        @Override
        public void onOpen(SseConnection conn) {
            opened.add(conn);
            seen.add("open " + conn.lastEventId().orElse("-"));
        }

        @Override
        public void onMessage(SseConnection from, Message message) {
            seen.add("message");
        }

        @Override
        public void onClose(SseConnection conn) {
            seen.add("close");
        }
    }

    @BeforeEach
    void serve() {
        IoServer.attach(wire.channel(), new HttpServer(new EventStream(new App())));
    }

    @CanIgnoreReturnValue
    private SseConnection open() {
        wire.send(GET + "\r\n");
        wire.received();
        return opened.get(0);
    }

    /** Returns the received events, without the chunks around them. */
    private String events() {
        StringBuilder events = new StringBuilder();
        String rest = wire.received();
        while (!rest.isEmpty()) {
            int size = Integer.parseInt(rest.substring(0, rest.indexOf("\r\n")), 16);
            int start = rest.indexOf("\r\n") + 2;
            events.append(rest, start, start + size);
            rest = rest.substring(start + size + 2);
        }
        return new String(events.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    @Test
    void response_is_an_uncacheable_stream() {
        wire.send(GET + "\r\n");

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-type")).isEqualTo("text/event-stream");
        assertThat(response.header("cache-control")).isEqualTo("no-store");
        assertThat(response.header("transfer-encoding")).isEqualTo("chunked");
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(seen).containsExactly("open -");
        assertThat(wire.isOpen()).isTrue();
    }

    /** Firefox fires the open event of {@code EventSource} at the first byte of the body. */
    @Test
    void first_comment_follows_the_head() {
        wire.send(GET + "\r\n");

        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("00000003\r\n:\n\n\r\n");
    }

    @Test
    void message_becomes_an_event() {
        assertThat(open().send("häl\"lo")).isTrue();

        assertThat(events()).isEqualTo("data: häl\"lo\n\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'data: |'",
        "'a|b', 'data: a|data: b|'",
        "'a>b', 'data: a|data: b|'",
        "'a>|b', 'data: a|data: b|'",
        "'a||b', 'data: a|data: |data: b|'",
        "'a|>b', 'data: a|data: |data: b|'",
        "'a|', 'data: a|data: |'",
        "'>', 'data: |data: |'",
        "'>|', 'data: |data: |'",
        "'|data: x', 'data: |data: data: x|'"
    })
    void each_line_becomes_a_field(String text, String expected) {
        String data = text.replace('|', '\n').replace('>', '\r');
        SseConnection conn = open();
        conn.send(data);
        conn.send(SseEvent.of(data));

        assertThat(events()).isEqualTo((expected + "|" + expected + "|").replace('|', '\n'));
    }

    @Test
    void an_event_has_type_id_and_retry() {
        open().send(SseEvent.of("x").type("news").id("né 7").retry(Duration.ofSeconds(2)));

        assertThat(events()).isEqualTo("event: news\nid: né 7\nretry: 2000\ndata: x\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\u0000b"})
    void id_and_type_must_be_one_line(String value) {
        assertThatThrownBy(() -> SseEvent.of("x").id(value)).hasMessageContaining("(expected: one line)");
        assertThatThrownBy(() -> SseEvent.of("x").type(value)).hasMessageContaining("(expected: one line)");
    }

    @Test
    void binary_message_is_rejected() {
        assertThat(open().send(Message.binary(new byte[] {1}))).isFalse();
        assertThat(wire.received()).isEmpty();
    }

    @Test
    void last_event_id_is_decoded() {
        wire.send(GET + "Last-Event-ID: n\u00c3\u00a9 7\r\n\r\n");

        assertThat(seen).containsExactly("open né 7");
    }

    @Test
    void sends_comment_every_fifteen_seconds() {
        open();
        for (int i = 0; i < 64; i++) {
            wire.advance(500);
        }

        assertThat(events()).isEqualTo(":\n\n:\n\n");
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void disconnect_calls_on_close_once() {
        SseConnection conn = open();
        wire.close();

        assertThat(seen).containsExactly("open -", "close");
        assertThat(conn.send("x")).isFalse();
        assertThat(conn.send(SseEvent.of("x"))).isFalse();
    }

    @Test
    void half_close_ends_the_stream() {
        open();
        wire.halfClose();

        assertThat(seen).containsExactly("open -", "close");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void close_ends_the_stream_with_last_chunk() {
        SseConnection conn = open();
        conn.send("last");
        conn.close();

        assertThat(wire.received()).endsWith("data: last\n\n\r\n0\r\n\r\n");
        assertThat(seen).containsExactly("open -", "close");
        assertThat(wire.isOpen()).isFalse();
        assertThat(conn.isOpen()).isFalse();
    }

    @Test
    void stopping_server_ends_the_stream() {
        open();
        wire.channel().pipeline().fireUserEventTriggered(new CloseRequest(CloseReason.SHUTDOWN));

        assertThat(wire.received()).isEqualTo("0\r\n\r\n");
        assertThat(wire.isOpen()).isFalse();
        assertThat(seen).containsExactly("open -", "close");
    }

    @Test
    void HTTP_1_0_client_gets_events_without_chunks() {
        wire.send("GET /events HTTP/1.0\r\n\r\n");
        opened.get(0).send("x");
        opened.get(0).send(SseEvent.of("y"));

        assertThat(RawResponse.of(wire.received()).body()).isEqualTo(":\n\ndata: x\n\ndata: y\n\n");
    }

    @Test
    void HEAD_opens_nothing() {
        wire.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(RawResponse.of(wire.received()).header("content-type")).isEqualTo("text/event-stream");
        assertThat(seen).isEmpty();
    }

    @Test
    void rejects_other_methods() {
        wire.send("POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("allow")).isEqualTo("GET, HEAD");
        assertThat(seen).isEmpty();
    }

    @Test
    void failing_application_closes_only_its_stream() {
        try (Wire other = new Wire()) {
            MessageComponent<Connection, Message> failing = new MessageComponent<>() {
                @Override
                public void onOpen(Connection conn) {
                    conn.send("first");
                    throw new IllegalStateException("test");
                }

                @Override
                public void onMessage(Connection from, Message message) {}
            };
            IoServer.attach(other.channel(), new HttpServer(new EventStream(failing)));
            other.send(GET + "\r\n");

            assertThat(other.received()).endsWith("data: first\n\n\r\n");
            assertThat(other.isOpen()).isFalse();
        }
    }

    /** Application without knowledge of events, which is served over several protocols. */
    private static final class Chat implements MessageComponent<Connection, Message> {
        private final Set<Connection> all = new LinkedHashSet<>();

        @Override
        public void onOpen(Connection conn) {
            all.add(conn);
        }

        @Override
        public void onMessage(Connection from, Message message) {
            all.forEach(conn -> conn.send(message));
        }

        @Override
        public void onClose(Connection conn) {
            all.remove(conn);
        }
    }

    @Test
    void plain_application_can_send_events() {
        Chat chat = new Chat();
        try (Wire listener = new Wire();
                Wire sender = new Wire()) {
            IoServer.attach(listener.channel(), new HttpServer(new EventStream(chat)));
            IoServer.attach(sender.channel(), new dev.sprocket.core.text.Lines(chat));
            listener.send(GET + "\r\n");
            listener.received();
            sender.send("hello\n");

            assertThat(listener.received()).isEqualTo("0000000d\r\ndata: hello\n\n\r\n");
            listener.close();
            sender.send("still there\n");
            assertThat(sender.received()).isEqualTo("hello\nstill there\n");
            assertThat(chat.all).hasSize(1);
        }
    }

    @Test
    void keepalive_must_be_positive() {
        assertThatThrownBy(() -> new EventStream(new App()).keepAlive(Duration.ZERO))
                .hasMessage("keepalive: PT0S (expected: above zero)");
    }

    @Test
    void empty_text_does_not_end_the_body() {
        try (Wire each = new Wire()) {
            IoServer.attach(each.channel(), new HttpServer(new EventStream(new App()).verbatim()));
            each.send(GET + "\r\n").received();

            assertThat(opened.get(0).send("")).isTrue();
            assertThat(each.received()).isEmpty();
            assertThat(opened.get(0).send("data: a\n\n")).isTrue();
            assertThat(each.received()).isEqualTo("00000009\r\ndata: a\n\n\r\n");
        }
    }

    @Test
    void stream_opened_by_another_thread_is_framed_correctly() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        MessageComponent<SseConnection, Message> greeter = new MessageComponent<>() {
            @Override
            public void onOpen(SseConnection conn) {
                conn.send("hello");
            }

            @Override
            public void onMessage(SseConnection from, Message message) {}
        };
        EventStream stream = new EventStream(greeter);
        IoServer server = new IoServer(0, new HttpServer(new MessageComponent<HttpConnection, Message>() {
            @Override
            public void onOpen(HttpConnection conn) throws Exception {
                executor.submit(() -> stream.onOpen(conn)).get();
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}

            @Override
            public void onClose(HttpConnection conn) {
                stream.onClose(conn);
            }
        }));
        server.start();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write((GET + "\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder response = new StringBuilder();
            while (response.indexOf("hello") < 0) {
                response.append((char) client.getInputStream().read());
            }
            assertThat(response)
                    .contains("transfer-encoding: chunked\r\n")
                    .endsWith("\r\n\r\n00000003\r\n:\n\n\r\n0000000d\r\ndata: hello");
        } finally {
            server.close(Duration.ZERO);
            executor.shutdown();
        }
    }
}

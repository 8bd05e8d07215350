package dev.sprocket.bridge.tcp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.push.Publisher;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of other protocols and clients that do not read, over real sockets. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ForeignSenderTest {
    private static final String PUSH = "{\"topic\":\"news\",\"event\":1}\n";

    private final Publisher publisher = new Publisher(new Topics());
    private TcpBridge bridge = TcpBridge.builder(publisher).build();

    @AfterEach
    void stop() {
        bridge.close();
    }

    private Socket connect(TcpBridge.Builder builder) throws IOException {
        bridge = builder.build();
        bridge.start();
        Socket socket = new Socket();
        // unread acknowledgements fill it soon
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(
                InetAddress.getByName("127.0.0.1"), ((InetSocketAddress) bridge.address()).getPort()));
        return socket;
    }

    /** Reads until the bridge closes or resets the connection. */
    @CanIgnoreReturnValue
    private static String rest(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Requests such as {@code fetch(url, {method: 'POST', mode: 'no-cors', body})}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n\r\n",
                "GET /%7B HTTP/1.1\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\n",
                "\u00ff\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0001\u007f\n",
                "post / http/1.1\r\n",
                "hello\n",
                "\"text\"\n",
                "EHLO [127.0.0.1]\n"
            })
    void page_cannot_push_after_its_request_head(String head) throws Exception {
        try (Socket socket = connect(TcpBridge.builder(publisher))) {
            socket.getOutputStream().write((head + PUSH + PUSH).getBytes(ISO_8859_1));
            assertThat(rest(socket)).isEmpty();
        }
        assertThat(publisher.published()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"topic\":\"news\u00ff\",\"event\":1}",
                "{\"topic\":\"news\",\"event\":\"\u00c3\"}",
                "{\"topic\":\"news\",\"event\":\"\u00ed\u00a0\u00bd\"}",
                "[{\"topic\":\"news\",\"event\":{\"\u00c0\u00af\":1}}]"
            })
    void invalid_utf8_is_rejected(String push) throws Exception {
        for (TcpFraming framing : new TcpFraming[] {TcpFraming.LINES, TcpFraming.CLOSE_DELIMITED}) {
            try (Socket socket =
                    connect(TcpBridge.builder(publisher).framing(framing).acknowledge())) {
                socket.getOutputStream().write(push.getBytes(ISO_8859_1));
                socket.shutdownOutput();
                assertThat(rest(socket)).startsWith("error ").contains("not UTF-8");
            }
            bridge.close();
        }
        assertThat(publisher.published()).isZero();
    }

    /** A telnet client negotiates with bytes from 0xFF, which are not a byte order mark. */
    @Test
    void telnet_negotiation_closes_the_connection() throws Exception {
        try (Socket socket = connect(TcpBridge.builder(publisher))) {
            socket.getOutputStream().write(("\u00ff\u00fd\u0018hello\r\n" + PUSH).getBytes(ISO_8859_1));
            assertThat(rest(socket)).isEmpty();
        }
        assertThat(publisher.published()).isZero();
    }

    @Test
    void page_cannot_push_byte_by_byte() throws Exception {
        try (Socket socket = connect(TcpBridge.builder(publisher))) {
            socket.setTcpNoDelay(true);
            try {
                for (byte b : ("POST / HTTP/1.1\r\n\r\n" + PUSH).getBytes(ISO_8859_1)) {
                    socket.getOutputStream().write(b);
                }
            } catch (IOException closed) {
                // expected
            }
            rest(socket);
        }
        assertThat(publisher.published()).isZero();
    }

    @Test
    void invalid_push_is_reported_and_others_are_accepted() throws Exception {
        try (Socket socket = connect(TcpBridge.builder(publisher).acknowledge())) {
            socket.getOutputStream().write(("{\"topic\":1}\n" + PUSH).getBytes(UTF_8));
            socket.shutdownOutput();
            assertThat(rest(socket)).startsWith("error ").endsWith("ok 0\n");
        }
        assertThat(publisher.published()).isEqualTo(1);
    }

    @Test
    void duplicate_names_and_byte_order_marks_are_errors() throws Exception {
        try (Socket socket = connect(TcpBridge.builder(publisher).acknowledge())) {
            socket.getOutputStream()
                    .write(("{\"topic\":\"a\",\"topic\":\"b\",\"event\":1}\n\uFEFF" + PUSH).getBytes(UTF_8));
            socket.shutdownOutput();
            assertThat(rest(socket).lines())
                    .satisfiesExactly(
                            line -> assertThat(line).contains("\"topic\" twice in one object"),
                            line -> assertThat(line).contains("byte order mark U+FEFF"));
        }
        assertThat(publisher.published()).isZero();
    }

    @Test
    void invalid_utf8_is_acknowledged_with_an_error() throws Exception {
        try (Socket socket = connect(TcpBridge.builder(publisher).acknowledge())) {
            socket.getOutputStream().write("{\"topic\":\"a\u00ff\",\"event\":1}\n".getBytes(ISO_8859_1));
            socket.shutdownOutput();
            assertThat(rest(socket)).isEqualTo("error line 1, column 1: not UTF-8\n");
        }
        assertThat(publisher.published()).isZero();
    }

    @Test
    void reading_client_gets_every_acknowledgement() throws Exception {
        int count = 30_000;
        try (Socket socket = connect(TcpBridge.builder(publisher).acknowledge())) {
            Thread writer = new Thread(() -> {
                try {
                    socket.getOutputStream().write(PUSH.repeat(count).getBytes(UTF_8));
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            writer.start();
            assertThat(rest(socket)).isEqualTo("ok 0\n".repeat(count));
            writer.join();
        }
    }

    @Test
    void pushes_of_non_reading_client_are_accepted() throws Exception {
        int count = 30_000;
        try (Socket socket = connect(TcpBridge.builder(publisher).acknowledge())) {
            socket.getOutputStream().write(PUSH.repeat(count).getBytes(UTF_8));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            long responses = 0;
            String last = "";
            try (var lines = new java.io.BufferedReader(new java.io.InputStreamReader(in, UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    responses += line.equals("ok 0") ? 1 : 0;
                    last = line;
                }
            }
            if (responses < count) {
                assertThat(last).startsWith("error acknowledgements stopped");
            }
        }
        assertThat(publisher.published()).isEqualTo(count);
    }
}

package dev.sprocket.wamp.rawsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.DelegatingComponent;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.Wire;
import dev.sprocket.websocket.WsServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Detection by the first byte, and the way of the bytes after it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RawSocketDetectorTest {
    private static final String HANDSHAKE =
            "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /** Passes all messages on, and records the sizes of those that reach it anyway. */
    private static final class Spy implements MessageComponent<Connection, Message>, DelegatingComponent {
        private final MessageComponent<? super Connection, ? super Message> inner;
        private final List<Integer> sizes = new ArrayList<>();

        Spy(MessageComponent<? super Connection, ? super Message> inner) {
            this.inner = inner;
        }

        @Override
        public Optional<Component<?>> passesTo(Connection conn) {
            return Optional.of(inner);
        }

        @Override
        public void onOpen(Connection conn) throws Exception {
            inner.onOpen(conn);
        }

        @Override
        public void onMessage(Connection from, Message message) throws Exception {
            sizes.add(message.size());
            inner.onMessage(from, message);
        }

        @Override
        public void onError(Connection conn, Throwable cause) throws Exception {
            inner.onError(conn, cause);
        }

        @Override
        public void onClose(Connection conn) throws Exception {
            inner.onClose(conn);
        }
    }

    @RegisterExtension
    final Wire wire = new Wire();

    private Spy attach() {
        Spy spy = new Spy(new RawSocket(new EchoServer())
                .or(new HttpServer(new Router()
                        .get("/", request -> HttpResponse.text("hello"))
                        .upgrade("/ws", new WsServer(new EchoServer())))));
        IoServer.attach(wire.channel(), spy);
        return spy;
    }

    @Test
    void bytes_after_detection_go_to_RawSocket_directly() {
        Spy spy = attach();

        wire.sendHex("7f").sendHex("f1 0000").sendHex("00 000002 6869");

        assertThat(wire.receivedBytes()).endsWith("hi".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(spy.sizes).containsExactly(1);
    }

    @Test
    void bytes_after_detection_go_to_HTTP_directly() {
        Spy spy = attach();

        wire.send("G").send("ET / HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(wire.received()).startsWith("HTTP/1.1 200 ");
        assertThat(spy.sizes).containsExactly(1);
    }

    @Test
    void frames_after_detection_go_to_WebSocket_directly() {
        Spy spy = attach();

        wire.send(HANDSHAKE);
        assertThat(wire.received()).startsWith("HTTP/1.1 101 ");
        wire.sendHex("81 82 00000000 6869");

        assertThat(wire.received()).endsWith("hi");
        assertThat(spy.sizes).containsExactly(HANDSHAKE.length());
    }
}

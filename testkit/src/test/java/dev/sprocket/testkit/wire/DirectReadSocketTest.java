package dev.sprocket.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.DelegatingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.SelfSignedCertificate;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Frames pass by components without interest, also under TLS and the PROXY protocol. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class DirectReadSocketTest {
    /** Passes all messages on, and counts those that reach it anyway. */
    private record Passed<C extends Connection>(MessageComponent<? super C, ? super Message> inner, AtomicInteger reads)
            implements MessageComponent<C, Message>, DelegatingComponent {
        @Override
        public Optional<Component<?>> passesTo(Connection conn) {
            return Optional.of(inner);
        }

        @Override
        public void onOpen(C conn) throws Exception {
            inner.onOpen(conn);
        }

        @Override
        public void onMessage(C from, Message message) throws Exception {
            reads.incrementAndGet();
            inner.onMessage(from, message);
        }

        @Override
        public void onError(C conn, Throwable cause) throws Exception {
            inner.onError(conn, cause);
        }

        @Override
        public void onClose(C conn) throws Exception {
            inner.onClose(conn);
        }
    }

    private static final MessageComponent<WsConnection, Message> ANSWERS_WITH_ADDRESS =
            (from, message) -> from.send(message.text() + " from " + from.remoteAddress());

    @TempDir
    Path folder;

    @Test
    void frames_under_TLS_and_PROXY_pass_by_components() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        SelfSignedCertificate identity = SelfSignedCertificate.create(folder);
        Router router = new Router()
                .upgrade(
                        "/",
                        new OriginFilter(
                                Origins.of("*"),
                                new Passed<HttpConnection>(new WsServer(ANSWERS_WITH_ADDRESS), reads)));
        try (IoServer server = IoServer.builder(new Passed<Connection>(new HttpServer(router), reads))
                .bind("127.0.0.1", 0)
                .loops(EventLoops.of(1))
                .requireProxyProtocol("127.0.0.1")
                .tls(Tls.keyStore(identity.store(), SelfSignedCertificate.PASSWORD))
                .build()) {
            server.start();
            Socket socket = new Socket("127.0.0.1", server.port());
            socket.getOutputStream()
                    .write("PROXY TCP4 192.0.2.7 192.0.2.2 4711 443\r\n".getBytes(StandardCharsets.US_ASCII));
            SSLSocket secured = (SSLSocket)
                    identity.clientContext().getSocketFactory().createSocket(socket, "localhost", server.port(), true);
            try (RawClient client = new RawClient(secured)) {
                client.upgrade();
                client.send(true, 1, new byte[] {'a'});
                assertThat(client.frame()).isEqualTo("1 a from /192.0.2.7:4711");
                client.send(true, 1, new byte[] {'b'});
                assertThat(client.frame()).isEqualTo("1 b from /192.0.2.7:4711");
            }
        }
        assertThat(reads).hasValue(0);
    }
}

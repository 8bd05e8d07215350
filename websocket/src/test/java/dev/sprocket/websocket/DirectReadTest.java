package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.DelegatingComponent;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.AsyncFilter;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.proxy.TrustedProxies;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.Wire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of an upgraded connection pass by components that do not want them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DirectReadTest {
    /** Passes all messages on, and records those that reach it anyway. */
    private static final class Spy<C extends Connection> implements MessageComponent<C, Message>, DelegatingComponent {
        private final MessageComponent<? super C, ? super Message> inner;
        private final List<String> calls = new ArrayList<>();

        Spy(MessageComponent<? super C, ? super Message> inner) {
            this.inner = inner;
        }

        @Override
        public Optional<Component<?>> passesTo(Connection conn) {
            return Optional.of(inner);
        }

        @Override
        public void onOpen(C conn) throws Exception {
            calls.add("open");
            inner.onOpen(conn);
        }

        @Override
        public void onMessage(C from, Message message) throws Exception {
            calls.add(message.size() + " bytes");
            inner.onMessage(from, message);
        }

        @Override
        public void onError(C conn, Throwable cause) throws Exception {
            calls.add("error " + cause.getMessage());
            inner.onError(conn, cause);
        }

        @Override
        public void onClose(C conn) throws Exception {
            calls.add("close");
            inner.onClose(conn);
        }
    }

    /** Counts bytes, and fails at a number of reads. */
    private static final class Counter<C extends Connection> extends ForwardingComponent<C, Message> {
        private final int failingRead;
        private final List<String> calls = new ArrayList<>();

        Counter(int failingRead, MessageComponent<? super C, ? super Message> inner) {
            super(inner);
            this.failingRead = failingRead;
        }

        @Override
        public void onMessage(C from, Message message) throws Exception {
            calls.add(message.size() + " bytes");
            if (calls.size() == failingRead) {
                throw new IllegalStateException("counter failed");
            }
            super.onMessage(from, message);
        }

        @Override
        public void onClose(C conn) throws Exception {
            calls.add("close");
            super.onClose(conn);
        }
    }

    /** Reads the content of each message, as a logger does. */
    private static final class ContentReader<C extends Connection> extends ForwardingComponent<C, Message> {
        ContentReader(MessageComponent<? super C, ? super Message> inner) {
            super(inner);
        }

        @Override
        public void onMessage(C from, Message message) throws Exception {
            assertThat(message.content().readableBytes()).isEqualTo(message.size());
            super.onMessage(from, message);
        }
    }

    private static final byte[] HANDSHAKE = ClientFrames.HANDSHAKE.getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();

    private static MessageComponent<HttpConnection, Message> filters(
            MessageComponent<? super HttpConnection, ? super Message> inner) {
        return new Router()
                .upgrade(
                        "/chat",
                        new TrustedProxies(
                                List.of("127.0.0.1"),
                                new AsyncFilter(
                                        conn -> CompletableFuture.completedFuture(Optional.empty()),
                                        new OriginFilter(Origins.of("*"), inner))));
    }

    private List<String> received() {
        return ClientFrames.read(wire.receivedBytes());
    }

    private void connect(MessageComponent<? super Connection, ? super Message> stack) {
        IoServer.attach(wire.channel(), stack);
        wire.send(HANDSHAKE);
        assertThat(wire.received()).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void components_below_and_between_may_use_content() {
        MessageComponent<HttpConnection, Message> between = new ContentReader<>(new WsServer(app));
        connect(new ContentReader<>(new HttpServer(filters(between))));

        wire.send(ClientFrames.text(0x81, "a")).send(ClientFrames.text(0x81, "b"));

        assertThat(app.seen).containsExactly("open", "text a", "text b");
        wire.close();
    }

    @Test
    void frames_pass_by_components_without_interest() {
        Spy<HttpConnection> high = new Spy<>(new WsServer(new EchoServer()));
        Spy<Connection> low = new Spy<>(new HttpServer(filters(high)));
        connect(low);

        wire.send(ClientFrames.text(0x81, "a")).send(ClientFrames.text(0x81, "b"));

        assertThat(received()).containsExactly("text a", "text b");
        wire.close();
        assertThat(low.calls).containsExactly("open", "close");
        assertThat(high.calls).containsExactly("open", "close");
    }

    @Test
    void component_with_interest_sees_every_read() {
        Counter<HttpConnection> counter = new Counter<>(0, new WsServer(new EchoServer()));
        Spy<HttpConnection> high = new Spy<>(counter);
        Spy<Connection> low = new Spy<>(new HttpServer(filters(high)));
        connect(low);

        wire.send(ClientFrames.text(0x81, "a")).send(ClientFrames.text(0x81, "bc"));

        assertThat(received()).containsExactly("text a", "text bc");
        assertThat(counter.calls).containsExactly("7 bytes", "8 bytes");
        assertThat(high.calls).containsExactly("open", "7 bytes", "8 bytes");
        assertThat(low.calls).containsExactly("open");
    }

    @Test
    void component_below_http_sees_every_read() {
        Spy<HttpConnection> high = new Spy<>(new WsServer(new EchoServer()));
        Counter<Connection> counter = new Counter<>(0, new HttpServer(filters(high)));
        connect(counter);

        wire.send(ClientFrames.text(0x81, "a"));

        assertThat(received()).containsExactly("text a");
        assertThat(counter.calls).containsExactly(HANDSHAKE.length + " bytes", "7 bytes");
        assertThat(high.calls).containsExactly("open");
    }

    @Test
    void failing_component_closes_the_connection_once() {
        Counter<HttpConnection> counter = new Counter<>(2, new WsServer(app));
        connect(new HttpServer(filters(counter)));

        wire.send(ClientFrames.text(0x81, "a"))
                .send(ClientFrames.text(0x81, "b"))
                .send(ClientFrames.text(0x81, "c"));

        assertThat(app.seen)
                .startsWith("open", "text a", "error counter failed")
                .doesNotContain("text b", "text c");
        assertThat(received()).containsExactly("close 1011 ");
        wire.close();
        assertThat(app.seen).filteredOn(call -> call.startsWith("close")).hasSize(1);
        assertThat(app.seen.get(app.seen.size() - 1)).startsWith("close 1011");
        assertThat(counter.calls).filteredOn("close"::equals).hasSize(1);
    }

    @Test
    void failing_component_below_http_closes_the_connection_once() {
        Counter<Connection> counter = new Counter<>(3, new HttpServer(filters(new WsServer(app))));
        connect(counter);

        wire.send(ClientFrames.text(0x81, "a"))
                .send(ClientFrames.text(0x81, "b"))
                .send(ClientFrames.text(0x81, "c"));

        assertThat(app.seen)
                .startsWith("open", "text a", "error counter failed")
                .doesNotContain("text b", "text c");
        wire.close();
        assertThat(app.seen).filteredOn(call -> call.startsWith("close")).hasSize(1);
        assertThat(counter.calls).filteredOn("close"::equals).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void frames_behind_the_handshake_keep_their_order(boolean direct) {
        byte[] bytes = ClientFrames.join(
                HANDSHAKE,
                ClientFrames.text(0x81, "a"),
                ClientFrames.text(0x01, "b"),
                ClientFrames.text(0x80, "c"),
                ClientFrames.text(0x81, "d"));
        for (int cut = 0; cut <= bytes.length; cut++) {
            Recorder each = new Recorder();
            WsServer server = new WsServer(each);
            try (Wire part = new Wire()) {
                IoServer.attach(part.channel(), new HttpServer(filters(direct ? server : new Counter<>(0, server))));
                part.send(bytes, 0, cut).send(bytes, cut, bytes.length);

                assertThat(each.seen).as("cut at %s", cut).containsExactly("open", "text a", "text bc", "text d");
            }
        }
    }

    @Test
    void frames_behind_the_handshake_wait_for_a_late_check() {
        CompletableFuture<Optional<HttpResponse>> check = new CompletableFuture<>();
        Spy<HttpConnection> high = new Spy<>(new WsServer(app));
        IoServer.attach(wire.channel(), new HttpServer(new AsyncFilter(conn -> check, high)));
        wire.send(ClientFrames.join(HANDSHAKE, ClientFrames.text(0x81, "a"))).send(ClientFrames.text(0x81, "b"));
        assertThat(app.seen).isEmpty();

        check.complete(Optional.empty());
        wire.channel().runPendingTasks();
        wire.send(ClientFrames.text(0x81, "c"));

        assertThat(app.seen).containsExactly("open", "text a", "text b", "text c");
        // what arrived before the upgrade is passed through the components
        assertThat(high.calls).containsExactly("open", "14 bytes");
    }

    @Test
    void frames_are_discarded_after_a_passed_component_closed() {
        HttpConnection[] kept = new HttpConnection[1];
        MessageComponent<HttpConnection, Message> closing = new ForwardingComponent<>(new WsServer(app)) {
            @Override
            public void onOpen(HttpConnection conn) throws Exception {
                kept[0] = conn;
                super.onOpen(conn);
            }
        };
        connect(new HttpServer(filters(closing)));
        wire.send(ClientFrames.text(0x81, "a"));

        kept[0].close();
        wire.send(ClientFrames.text(0x81, "b"));

        assertThat(app.seen).containsExactly("open", "text a", "close 1006 unclean ");
    }

    @Test
    void disconnect_after_direct_reads_closes_once() {
        connect(new HttpServer(filters(new WsServer(app))));
        wire.send(ClientFrames.text(0x81, "a")).send(ClientFrames.text(0x01, "incomplete"));

        wire.close();

        assertThat(app.seen).containsExactly("open", "text a", "close 1006 unclean ");
    }
}

package dev.sprocket.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.HttpTimeouts;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.SelfSignedCertificate;
import dev.sprocket.testkit.wire.RawClient;
import dev.sprocket.testkit.wire.RawHttp2;
import dev.sprocket.websocket.WsServer;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Attacks with HTTP/2 streams, over real sockets. A well-behaved client shares the event loop. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
@Tag("slow")
class HostileStreamsTest {
    private static final int ENHANCE_YOUR_CALM = 11;
    /** Maximum number of concurrent requests of a connection. */
    private static final int MAX_STREAMS = 100;
    /** Maximum number of resets in a short time. */
    private static final int MAX_RESETS = 200;

    @TempDir
    private Path folder;

    private final CountingAllocator memory = new CountingAllocator();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger peakOpen = new AtomicInteger();
    private SSLContext tls;
    private IoServer server;
    private RawClient client;

    /** Component that never responds, the most expensive case. */
    private final class NeverResponds implements MessageComponent<HttpConnection, Message> {
        @Override
        public void onOpen(HttpConnection conn) {
            opened.incrementAndGet();
            peakOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        }

        @Override
        public void onMessage(HttpConnection from, Message message) {}

        @Override
        public void onClose(HttpConnection conn) {
            open.decrementAndGet();
        }
    }

    /** Decorator that counts the memory of connections. */
    private final class CountingMemory extends ForwardingComponent<Connection, Message> {
        CountingMemory(MessageComponent<Connection, Message> inner) {
            super(inner);
        }

        @Override
        public void onOpen(Connection conn) throws Exception {
            PipelineContext.of(conn).install(new ChannelHandlerAdapter() {
                @Override
                public void handlerAdded(ChannelHandlerContext ctx) {
                    ctx.channel().config().setAllocator(memory);
                }
            });
            super.onOpen(conn);
        }
    }

    @BeforeEach
    void start() throws Exception {
        SelfSignedCertificate identity = SelfSignedCertificate.create(folder);
        tls = identity.clientContext();
        Router router = new Router()
                .route("GET", "/slow", new NeverResponds())
                .upgrade("/slow-socket", new NeverResponds())
                .upgrade("/", new WsServer(new EchoServer()));
        HttpTimeouts timeouts = HttpTimeouts.DEFAULT.head(Duration.ofSeconds(2));
        server = IoServer.builder(new CountingMemory(new HttpServer(router).timeouts(timeouts)))
                .bind(0)
                .loops(EventLoops.single())
                .tls(Tls.keyStore(identity.store(), SelfSignedCertificate.PASSWORD))
                .build();
        server.start();
        client = RawHttp2.tls(tls, server.port(), "http/1.1").upgrade();
    }

    @AfterEach
    void stop() throws Exception {
        assertServing();
        client.close();
        server.close();
        assertThat(open).hasValue(0);
        assertThat(memory.used()).isZero();
    }

    private void assertServing() throws IOException {
        client.echoes("still there");
    }

    private RawHttp2 connect() throws Exception {
        return RawHttp2.to(tls, server.port());
    }

    private static byte[] concat(byte[] first, byte[] second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }

    private static byte[] request(int stream) {
        return RawHttp2.frame(
                RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, RawHttp2.get("/slow"));
    }

    /** CVE-2023-44487. */
    @Test
    void rapid_resets_end_the_connection() throws Exception {
        byte[] cancel = {0, 0, 0, 8};
        try (RawHttp2 attacker = connect()) {
            flood(attacker, MAX_RESETS + 1, stream -> RawHttp2.frame(RawHttp2.RST_STREAM, 0, stream, cancel));
            assertThat(attacker.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
            assertResourcesWereLimited();
        }
    }

    /** CVE-2025-55163: a window increment of 0 makes the server reset the stream (RFC 9113 6.9). */
    @Test
    void provoked_server_resets_end_the_connection() throws Exception {
        byte[] nothing = new byte[4];
        try (RawHttp2 attacker = connect()) {
            assertThatThrownBy(() -> flood(
                            attacker,
                            100 * MAX_RESETS,
                            stream -> RawHttp2.frame(RawHttp2.WINDOW_UPDATE, 0, stream, nothing)))
                    .isInstanceOf(IOException.class);
            assertResourcesWereLimited();
        }
    }

    private void flood(RawHttp2 attacker, int requests, IntFunction<byte[]> reset) throws IOException {
        for (int i = 0; i < requests; i++) {
            int stream = 2 * i + 1;
            attacker.send(concat(request(stream), reset.apply(stream)));
            if (i % 20 == 0) {
                assertServing();
            }
        }
    }

    private void assertResourcesWereLimited() {
        assertThat(opened.get()).isBetween(1, MAX_RESETS + 1);
        assertThat(peakOpen.get()).isLessThanOrEqualTo(MAX_STREAMS);
        assertThat(memory.peak()).isLessThan(1 << 20);
    }

    @Test
    void connection_without_a_request_is_closed() throws Exception {
        try (RawHttp2 attacker = connect();
                RawHttp2 mute = RawHttp2.silent(tls, server.port())) {
            mute.send(new byte[0]);
            assertServing();
            assertThat(attacker.goAway()).isZero();
            mute.awaitEnd();
        }
    }

    /** The last part of the request head is never sent. */
    @Test
    void connection_with_an_incomplete_head_is_closed() throws Exception {
        try (RawHttp2 attacker = connect()) {
            attacker.send(RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.get("/slow")));
            assertServing();
            assertThat(attacker.goAway()).isZero();
            assertThat(opened).hasValue(0);
        }
    }

    @Test
    void endless_CONTINUATION_frames_end_the_connection() throws Exception {
        try (RawHttp2 attacker = connect()) {
            attacker.send(RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.get("/slow")));
            byte[] more = RawHttp2.frame(RawHttp2.CONTINUATION, 0, 1, RawHttp2.literal("x-filler", "x".repeat(100)));
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100_000; i++) {
                            attacker.send(more);
                            if (i % 100 == 0) {
                                assertServing();
                            }
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(memory.peak()).isLessThan(1 << 20);
        }
    }

    /** Sends data after an unanswered extended CONNECT, regardless of flow control. */
    @Test
    void data_before_an_upgrade_is_limited() throws Exception {
        try (RawHttp2 attacker = connect()) {
            attacker.send(
                    RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.webSocket("/slow-socket")));
            byte[] data = RawHttp2.frame(RawHttp2.DATA, 0, 1, new byte[16_000]);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            attacker.send(data);
                            assertServing();
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(opened).hasValue(1);
            assertThat(memory.peak()).isLessThan(512 * 1024);
        }
    }
}

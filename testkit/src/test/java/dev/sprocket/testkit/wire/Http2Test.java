package dev.sprocket.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.AsyncFilter;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.SelfSignedCertificate;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 with the JDK's client, and WebSocket over HTTP/2 (RFC 8441). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class Http2Test {
    private static final MessageComponent<WsConnection, Message> SENDS_VERSION = new MessageComponent<>() {
        @Override
        public void onOpen(WsConnection conn) {
            conn.send(HttpRequest.of(conn).version() + " "
                    + HttpRequest.of(conn).scheme() + " " + conn.subprotocol().orElse("-"));
        }

        @Override
        public void onMessage(WsConnection from, Message message) {
            from.send(message);
        }
    };

    /** Sends more in one callback than the outbound limit. */
    private static final MessageComponent<WsConnection, Message> FLOOD = (from, message) -> {
        for (int i = 0; i < 5_000; i++) {
            from.send("x".repeat(100));
        }
        from.send("end");
    };

    /** Sends more than the flow-control window of a client, and records its callbacks. */
    private final class SendsUnreadData implements MessageComponent<WsConnection, Message> {
        @Override
        public void onOpen(WsConnection conn) {
            for (int i = 0; i < 20; i++) {
                conn.send("x".repeat(10_000));
            }
            events.add("open");
        }

        @Override
        public void onMessage(WsConnection from, Message message) {}

        @Override
        public void onError(WsConnection conn, Throwable cause) {
            events.add("error " + cause);
        }

        @Override
        public void onClose(WsConnection conn) {
            events.add("close");
        }
    }

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    private final CompletableFuture<Optional<HttpResponse>> filterResult = new CompletableFuture<>();
    private SelfSignedCertificate identity;
    private IoServer server;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        identity = SelfSignedCertificate.create(folder);
        Router router = new Router()
                .get(
                        "/hello/{name}",
                        request -> HttpResponse.text(request.version() + " "
                                + request.pathParameter("name").orElseThrow() + " " + request.host()))
                .post(
                        "/length",
                        request ->
                                HttpResponse.text(String.valueOf(request.body().size())))
                .upgrade("/echo", new WsServer(new EchoServer()))
                .upgrade("/unread", new WsServer(new SendsUnreadData()))
                .upgrade("/flood", new WsServer(FLOOD))
                .upgrade("/gated", new AsyncFilter(conn -> filterResult, new WsServer(new EchoServer())))
                .upgrade("/ws", new WsServer(SENDS_VERSION));
        server = IoServer.builder(new HttpServer(router))
                .bind(0)
                .loops(EventLoops.of(2))
                .tls(Tls.keyStore(identity.store(), SelfSignedCertificate.PASSWORD))
                .build();
        server.start();
        client = HttpClient.newBuilder()
                .sslContext(identity.clientContext())
                .version(HttpClient.Version.HTTP_2)
                .build();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private java.net.http.HttpRequest.Builder request(String path) {
        return java.net.http.HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    @Test
    void disconnect_with_unread_data_is_not_an_error() throws Exception {
        try (RawHttp2 raw = RawHttp2.to(identity.clientContext(), server.port())) {
            raw.send(RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.webSocket("/unread")));
            assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("open");
        }
        assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("close");
    }

    @Test
    void requests_are_routed_like_HTTP_1() throws Exception {
        var response = client.send(request("/hello/ann").build(), BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("HTTP/2.0 ann localhost");
        assertThat(response.headers().firstValue("content-length")).hasValue("22");
        assertThat(client.send(request("/nowhere").build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(404);
        assertThat(client.send(request("/length").build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void accepts_bodies_up_to_the_limit() throws Exception {
        var good = request("/length").POST(BodyPublishers.ofString("x".repeat(900_000)));
        assertThat(client.send(good.build(), BodyHandlers.ofString()).body()).isEqualTo("900000");
        var again = request("/length").POST(BodyPublishers.ofString("xy"));
        assertThat(client.send(again.build(), BodyHandlers.ofString()).body()).isEqualTo("2");
    }

    @Test
    void large_body_gets_413_and_the_stream_ends() throws Exception {
        var headers = Http2WebSocket.headers("POST", "/length").add("content-length", "1100000");
        try (Http2WebSocket stream = Http2WebSocket.connect(server.port(), headers)) {
            assertThat(stream.status()).isEqualTo("413");
            stream.awaitEnd();
        }
    }

    @Test
    void one_connection_serves_many_concurrent_requests() {
        List<CompletableFuture<String>> responses = java.util.stream.IntStream.range(0, 90)
                .mapToObj(i -> client.sendAsync(request("/hello/" + i).build(), BodyHandlers.ofString())
                        .thenApply(java.net.http.HttpResponse::body))
                .toList();
        for (int i = 0; i < responses.size(); i++) {
            assertThat(responses.get(i).join()).isEqualTo("HTTP/2.0 " + i + " localhost");
        }
    }

    @Test
    void HEAD_response_has_a_length_but_no_body() throws Exception {
        var response = client.send(
                request("/hello/ann").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(response.headers().firstValue("content-length")).hasValue("22");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void stream_is_upgraded_to_a_WebSocket() throws Exception {
        try (Http2WebSocket socket = Http2WebSocket.connect(server.port(), "/ws")) {
            assertThat(socket.status()).isEqualTo("200");
            assertThat(socket.next()).isEqualTo("HTTP/2.0 https -");
            socket.send("hello");
            assertThat(socket.next()).isEqualTo("hello");
            socket.send(WsPeer.frame(true, 8, new byte[] {0x03, (byte) 0xE8}));
            assertThat(socket.next()).isEqualTo("close 1000");
            socket.awaitEnd();
        }
    }

    @Test
    void stream_uses_the_outbound_limit_of_its_server() throws Exception {
        try (IoServer strict = IoServer.builder(new HttpServer(new WsServer(FLOOD)))
                .bind(0)
                .tls(Tls.keyStore(identity.store(), SelfSignedCertificate.PASSWORD))
                .outboundLimit(new OutboundLimit(100_000, OutboundLimit.Overflow.DROP_OLDEST))
                .build()) {
            strict.start();
            try (Http2WebSocket socket = Http2WebSocket.connect(strict.port(), "/")) {
                assertThat(socket.status()).isEqualTo("200");
                socket.send("go");
                int received = 0;
                String last = socket.next();
                while (last != null && !last.equals("end")) {
                    received++;
                    last = socket.next();
                }
                assertThat(last).isEqualTo("end");
                assertThat(strict.dropStats().messages()).isPositive().isEqualTo(5_000 - received);
            }
        }
    }

    @Test
    void several_WebSockets_share_a_connection() throws Exception {
        try (Http2WebSocket first = Http2WebSocket.connect(server.port(), "/echo");
                Http2WebSocket second = first.openAnother("/echo")) {
            first.send("one");
            second.send("two");
            assertThat(second.next()).isEqualTo("two");
            assertThat(first.next()).isEqualTo("one");
        }
    }

    @Test
    void messages_before_the_upgrade_are_delivered_after_it() throws Exception {
        try (Http2WebSocket socket = Http2WebSocket.connect(server.port(), "/gated");
                Http2WebSocket other = socket.openAnother("/echo")) {
            String filler = "x".repeat(100);
            for (int i = 0; i < 3_000; i++) {
                socket.send(i + filler);
                if (i == 700) {
                    // after its echo, the messages above have arrived and exceed the buffer limit
                    other.send("here");
                    assertThat(other.next()).isEqualTo("here");
                }
            }
            filterResult.complete(Optional.empty());
            assertThat(socket.status()).isEqualTo("200");
            for (int i = 0; i < 3_000; i++) {
                assertThat(socket.next()).isEqualTo(i + filler);
            }
        }
    }

    @Test
    void WebSocket_on_an_unknown_path_gets_404() throws Exception {
        try (Http2WebSocket socket = Http2WebSocket.connect(server.port(), "/nowhere")) {
            assertThat(socket.status()).isEqualTo("404");
        }
    }

    @Test
    void server_shutdown_closes_streams_with_1001() throws Exception {
        try (Http2WebSocket socket = Http2WebSocket.connect(server.port(), "/echo")) {
            socket.send("x");
            assertThat(socket.next()).isEqualTo("x");
            Thread closing = new Thread(server::close);
            closing.start();
            assertThat(socket.next()).isEqualTo("close 1001");
            socket.send(WsPeer.frame(true, 8, new byte[] {0x03, (byte) 0xE9}));
            socket.awaitEnd();
            closing.join();
        }
    }
}

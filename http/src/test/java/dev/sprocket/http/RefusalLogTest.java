package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every refusal says in one line of the log what was seen and what would have been allowed; the peer is told the status alone. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RefusalLogTest {
    @RegisterExtension
    final Wire wire = new Wire();

    private final LogLines log = LogLines.record();
    private final Recorder app = new Recorder();

    @AfterEach
    void stop() {
        log.close();
    }

    /** The line of the log, without the peer. */
    private String refused(MessageComponent<HttpConnection, Message> stack, String request) {
        IoServer.attach(wire.channel(), new HttpServer(stack, HttpLimits.DEFAULT.withBody(10)));
        wire.send(request);
        RawResponse answer = RawResponse.of(wire.received());
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(answer.header("content-length"))
                .isEqualTo(String.valueOf(answer.body().length()));
        assertThat(answer.body()).matches(answer.status() + " [A-Za-z ]+(: Origin: .*)?\n");
        assertThat(log.all()).hasSize(1);
        return log.all().get(0).substring("embedded ".length());
    }

    private static String get(String target, String... headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + String.join("", headers) + "\r\n";
    }

    @Test
    void a_path() {
        Router router = new Router().get("/b", r -> HttpResponse.of(200)).get("/a", r -> HttpResponse.of(200));

        assertThat(refused(router, get("/x?token=t0ken"))).isEqualTo("GET /x?…: 404 no route (expected: /a, /b)");
    }

    @Test
    void a_host() {
        Router router = new Router().host("example.com", new Router());

        assertThat(refused(router, get("/x")))
                .isEqualTo("GET /x: 404 no route for Host: h (expected: example.com; or at any host: )");
    }

    @Test
    void a_method() {
        assertThat(refused(new Router().post("/a", r -> HttpResponse.of(200)), get("/a")))
                .isEqualTo("GET /a: 405 expected: POST");
    }

    @Test
    void an_origin() {
        assertThat(refused(
                        new OriginFilter(Origins.sameHost().and("*.example.com"), app),
                        get("/a", "Origin: http://evil.example\r\n")))
                .isEqualTo("GET /a: 403 Origin: http://evil.example (expected: same host, *.example.com)");
    }

    @Test
    void a_body() {
        assertThat(refused(app, get("/a", "Content-Length: 11\r\n")))
                .isEqualTo("GET /a: 413 body of 11 bytes or more (expected: <= 10)");
    }

    @Test
    void a_host_header() {
        assertThat(refused(app, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))
                .isEqualTo("GET /: 400 Host: [a, b] (expected: one, RFC 9112 3.2)");
    }

    @Test
    void a_line_of_the_head() {
        assertThat(refused(app, get("/", "X: a\r\n b\r\n")))
                .isEqualTo("request: 400 a header line that begins with a space (expected: no line folding, RFC 9112"
                        + " 5.2)");
    }

    @Test
    void a_time_limit() {
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send("GET / HT");
        for (int i = 0; i < 24; i++) {
            wire.advance(500);
        }
        assertThat(log.all()).containsExactly("embedded request: 408 no whole head within 10000 ms");
    }

    @Test
    void a_password_but_not_the_password() {
        assertThat(refused(
                        Authenticator.basic("site", Map.of("ann", "right"), app),
                        get("/a", "Authorization: Basic YW5uOnNlY3JldA==\r\n")))
                .isEqualTo("GET /a: 401 Authorization that is not good (expected: Basic)");
    }

    @Test
    void a_client_behind_a_proxy() {
        MessageComponent<HttpConnection, Message> proxied =
                new TrustedProxies(List.of("10.0.0.0/8"), new Router().get("/a", r -> HttpResponse.of(200)));
        MessageComponent<HttpConnection, Message> from = new MessageComponent<>() {
            @Override
            public void onOpen(HttpConnection conn) throws Exception {
                proxied.onOpen(new ForwardedConnection(conn, new InetSocketAddress("10.0.0.1", 1)));
            }

            @Override
            public void onMessage(HttpConnection conn, Message message) {}
        };

        assertThat(refused(from, get("/x", "X-Forwarded-For: 198.51.100.7\r\n")))
                .contains("404 no route");
        assertThat(log.all().get(0)).startsWith("198.51.100.7 by way of embedded GET /x: ");
    }

    @Test
    void an_answer_that_failed_to_come_is_logged_with_its_cause() {
        IoServer.attach(
                wire.channel(),
                new HttpServer(new AsyncFilter(
                        conn -> CompletableFuture.failedStage(new IllegalStateException("the database is away")),
                        app)));
        wire.send(get("/a"));

        assertThat(log.all())
                .containsExactly(
                        "embedded: a question failed (+ trace)", "embedded GET /a: 500 a question failed, see above");
    }
}

package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.proxy.FromPeer;
import dev.sprocket.http.proxy.TrustedProxies;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.LogLines;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Log lines of error responses, with the received value and the expected one.
 *
 * <p>The client is sent the status only.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ErrorResponseLogTest {
    @RegisterExtension
    final Wire wire = new Wire();

    private final LogLines log = LogLines.record(PeerLog::flush);
    private final Recorder app = new Recorder();

    @AfterEach
    void stop() {
        log.close();
    }

    /** Returns the log line after the constant beginning. */
    private String rejected(MessageComponent<HttpConnection, Message> stack, String request) {
        IoServer.attach(wire.channel(), new HttpServer(stack).limits(HttpLimits.DEFAULT.body(10)));
        wire.send(request);
        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(response.header("content-length"))
                .isEqualTo(String.valueOf(response.body().length()));
        assertThat(response.body()).matches(response.status() + " [A-Za-z ]+(: Origin: .*)?\n");
        assertThat(log.lines()).hasSize(1);
        String line = log.lines().get(0);
        assertThat(line).startsWith("error response: status=" + response.status() + " peer=");
        return line.substring("error response: ".length());
    }

    private static String get(String target, String... headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + String.join("", headers) + "\r\n";
    }

    @Test
    void logs_unknown_path() {
        Router router = new Router().get("/b", r -> HttpResponse.of(200)).get("/a", r -> HttpResponse.of(200));

        assertThat(rejected(router, get("/x?token=t0ken")))
                .isEqualTo("status=404 peer=embedded request=\"GET /x?…\" reason=\"no route (expected: /a, /b)\"");
    }

    @Test
    void logs_unknown_host() {
        Router router = new Router().host("example.com", new Router());

        assertThat(rejected(router, get("/x")))
                .isEqualTo("status=404 peer=embedded request=\"GET /x\" reason=\"no route for Host: h (expected:"
                        + " example.com; or for any host: )\"");
    }

    @Test
    void logs_rejected_method() {
        assertThat(rejected(new Router().post("/a", r -> HttpResponse.of(200)), get("/a")))
                .isEqualTo(
                        "status=405 peer=embedded request=\"GET /a\" reason=\"method not allowed (expected: POST)\"");
    }

    @Test
    void logs_rejected_origin() {
        assertThat(rejected(
                        new OriginFilter(Origins.sameHost().and("*.example.com"), app),
                        get("/a", "Origin: http://evil.example\r\n")))
                .isEqualTo("status=403 peer=embedded request=\"GET /a\" reason=\"Origin: http://evil.example"
                        + " (expected: same host, *.example.com; to allow its pages, add its host to allow ="
                        + " [...] of origin-check or cors, in Java App.site or Origins.and)\"");
    }

    @Test
    void logs_too_large_body() {
        assertThat(rejected(app, get("/a", "Content-Length: 11\r\n")))
                .isEqualTo("status=413 peer=embedded request=\"GET /a\" reason=\"body of 11 bytes or more (expected: <="
                        + " 10)\"");
    }

    @Test
    void logs_too_large_body_without_the_query() {
        assertThat(rejected(app, get("/a?token=t0ken", "Content-Length: 11\r\n")))
                .startsWith("status=413 peer=embedded request=\"GET /a?…\" ")
                .doesNotContain("t0ken");
    }

    @Test
    void logs_invalid_target_without_the_query() {
        assertThat(rejected(app, get("/a%00?token=t0ken")))
                .startsWith("status=400 peer=embedded request=\"GET /a%00?…\" reason=\"target /a%00?…: %00")
                .doesNotContain("t0ken");
    }

    @Test
    void logs_repeated_host_header() {
        assertThat(rejected(app, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))
                .isEqualTo("status=400 peer=embedded request=\"GET /\" reason=\"Host: [a, b] (expected: one, RFC 9112"
                        + " 3.2)\"");
    }

    @Test
    void logs_malformed_header_line() {
        assertThat(rejected(app, get("/", "X: a\r\n b\r\n")))
                .isEqualTo("status=400 peer=embedded request=\"unreadable\" reason=\"header line begins with whitespace"
                        + " (expected: no line folding, RFC 9112 5.2)\"");
    }

    @Test
    void logs_head_timeout() {
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send("GET / HT");
        for (int i = 0; i < 24; i++) {
            wire.advance(500);
        }
        assertThat(log.lines())
                .containsExactly(
                        "error response: status=408 peer=embedded request=\"unreadable\" reason=\"request headers"
                                + " incomplete after 10000 ms\"");
    }

    @Test
    void logs_failed_login_without_the_password() {
        assertThat(rejected(
                        Authenticator.basic("site", Map.of("ann", "right"), app),
                        get("/a", "Authorization: Basic YW5uOnNlY3JldA==\r\n")))
                .isEqualTo(
                        "status=401 peer=embedded request=\"GET /a\" reason=\"invalid Authorization header (expected:"
                                + " Basic)\"");
    }

    @Test
    void logs_client_behind_proxy() {
        MessageComponent<HttpConnection, Message> proxied =
                new TrustedProxies(List.of("10.0.0.0/8"), new Router().get("/a", r -> HttpResponse.of(200)));
        MessageComponent<HttpConnection, Message> from = new FromPeer("10.0.0.1", proxied);

        assertThat(rejected(from, get("/x", "X-Forwarded-For: 198.51.100.7\r\n")))
                .contains("status=404 ", "reason=\"no route");
        assertThat(log.lines().get(0))
                .startsWith("error response: status=404 peer=\"198.51.100.7 via embedded\" request=\"GET /x\" ");
    }

    @Test
    void logs_failed_check_with_its_cause() {
        IoServer.attach(wire.channel(), new HttpServer(new AsyncFilter(new FailingCheck(), app)));
        wire.send(get("/a"));

        assertThat(log.lines())
                .containsExactly(
                        "asynchronous filter failed, request rejected: peer=embedded request=\"GET /a\""
                                + " filter=FailingCheck status=500 (+ trace)",
                        "error response: status=500 peer=embedded request=\"GET /a\" reason=\"check failed (see the"
                                + " WARN line of the same peer)\"");
    }

    private record FailingCheck() implements AsyncFilter.Check {
        @Override
        public CompletionStage<Optional<HttpResponse>> check(HttpConnection conn) {
            return CompletableFuture.failedStage(new IllegalStateException("the database is away"));
        }
    }
}

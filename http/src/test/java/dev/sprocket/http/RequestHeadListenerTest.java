package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.filter.IpFilter;
import dev.sprocket.core.filter.MessageLogger;
import dev.sprocket.core.filter.SlowCallbackWarning;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.http.auth.RoleFilter;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are rejected by their heads, before their bodies are read (RFC 9110 10.1.1). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RequestHeadListenerTest {
    private static final String GOOD = "Authorization: Basic "
            + Base64.getEncoder().encodeToString("ada:lovelace".getBytes(StandardCharsets.US_ASCII)) + "\r\n";

    private final InboundBudget budget = InboundBudget.of(1 << 20);
    private final List<String> seen = new ArrayList<>();
    private final MessageComponent<HttpConnection, Message> inner = new MessageComponent<>() {
        @Override
        public void onOpen(HttpConnection conn) {
            HttpRequest request = HttpRequest.of(conn);
            seen.add("open " + request.body().text());
            conn.respond(HttpResponse.text("took " + request.body().size()));
        }

        @Override
        public void onMessage(HttpConnection from, Message message) {}

        @Override
        public void onClose(HttpConnection conn) {
            seen.add("close");
        }
    };
    private final Wire wire = new Wire();

    private static MessageComponent<? super HttpConnection, ? super Message> basic(
            MessageComponent<? super HttpConnection, ? super Message> guarded) {
        return Authenticator.basic("realm", Map.of("ada", "lovelace"), guarded);
    }

    private final class Budgeted extends ForwardingComponent<Connection, Message> {
        Budgeted(HttpServer server) {
            super(server);
        }

        @Override
        public void onOpen(Connection conn) throws Exception {
            budget.assignTo(conn);
            super.onOpen(conn);
        }
    }

    @CanIgnoreReturnValue
    private Wire serve(MessageComponent<? super HttpConnection, ? super Message> app) {
        IoServer.attach(wire.channel(), new Budgeted(new HttpServer(app)));
        return wire;
    }

    private static String head(String line, String headers) {
        return line + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    private void assertRejectedAtOnce(int status, String head) {
        wire.send(head);
        assertRejected(status, wire.received());
    }

    private void assertRejected(int status, String received) {
        RawResponse response = RawResponse.of(received);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("connection")).isEqualTo("close");
        wire.send("x".repeat(50_000));
        assertThat(wire.received()).isEmpty();
        assertThat(budget.used()).isZero();
        assertThat(seen).isEmpty();
    }

    @AfterEach
    void budget_is_released_at_the_end() {
        wire.close();
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 900000\r\n",
                "Content-Length: 900000\r\nExpect: 100-continue\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n"
            })
    void answers_401_before_the_body(String framing) {
        serve(basic(inner));
        assertRejectedAtOnce(401, head("POST /", framing));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "404 POST /nowhere",
                "405 POST /get",
                "401 POST /basic",
                "403 POST /origin",
                "403 POST /ip",
                "403 POST /role"
            })
    void rejects_below_a_router_before_the_body(String expected) {
        User user = User.named("ada");
        serve(new Router()
                .get("/get", request -> HttpResponse.text("got"))
                .route("POST", "/basic", basic(inner))
                .route("POST", "/origin", new OriginFilter(Origins.of("example.com"), inner))
                .route("POST", "/ip", new IpFilter<HttpConnection, Message>(basic(inner)).allow("192.0.2.1"))
                .route(
                        "POST",
                        "/role",
                        Authenticator.custom(
                                request -> CompletableFuture.completedStage(Optional.of(user)),
                                AsyncFilter.DEFAULT_TIMEOUT,
                                new RoleFilter("admin", inner))));
        assertRejectedAtOnce(
                Integer.parseInt(expected.substring(0, 3)),
                head(
                        expected.substring(4),
                        "Origin: http://evil.example\r\nContent-Length: 900000\r\nExpect: 100-continue\r\n"));
    }

    @Test
    void sends_100_when_the_head_is_accepted() {
        serve(basic(inner)).send(head("POST /", GOOD + "Content-Length: 5\r\nExpect: 100-continue\r\n"));
        assertThat(wire.received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(seen).isEmpty();
        wire.send("he").send("llo");
        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.body()).isEqualTo("took 5");
        assertThat(response.header("connection")).isNull();
        assertThat(seen).containsExactly("open hello", "close");
        wire.send(head("POST /", GOOD + "Content-Length: 2\r\n") + "yo" + head("POST /", "Content-Length: 3\r\n"));
        List<RawResponse> both = RawResponse.all(wire.received());
        assertThat(both).extracting(RawResponse::status).containsExactly(200, 401);
        assertThat(seen).containsExactly("open hello", "close", "open yo", "close");
    }

    @Test
    void body_is_not_read_during_a_check() {
        CompletableFuture<Optional<HttpResponse>> result = new CompletableFuture<>();
        serve(new AsyncFilter(conn -> result, inner))
                .send(head("POST /", "Content-Length: 5\r\nExpect: 100-continue\r\n"));
        assertThat(wire.received()).isEmpty();
        assertThat(wire.channel().config().isAutoRead()).isFalse();
        result.complete(Optional.empty());
        wire.advance(0);
        assertThat(wire.channel().config().isAutoRead()).isTrue();
        assertThat(wire.received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        wire.send("hello");
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("took 5");
    }

    @Test
    void late_rejection_discards_the_body() {
        CompletableFuture<Optional<HttpResponse>> result = new CompletableFuture<>();
        serve(new AsyncFilter(conn -> result, inner))
                .send(head("POST /", "Content-Length: 90000\r\n") + "x".repeat(10_000));
        assertThat(wire.received()).isEmpty();
        result.complete(Optional.of(HttpResponse.error(403, "no")));
        wire.advance(0);
        assertThat(wire.channel().config().isAutoRead()).isTrue();
        assertRejected(403, wire.received());
    }

    @Test
    void body_complete_before_the_check_is_delivered() {
        CompletableFuture<Optional<HttpResponse>> result = new CompletableFuture<>();
        serve(new AsyncFilter(conn -> result, inner)).send(head("POST /", "Content-Length: 5\r\n") + "hello");
        assertThat(seen).isEmpty();
        result.complete(Optional.empty());
        wire.advance(0);
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("took 5");
        assertThat(seen).containsExactly("open hello", "close");
    }

    @Test
    void too_large_body_is_413_after_accepted_head() {
        IoServer.attach(
                wire.channel(),
                new HttpServer(basic(inner))
                        .limits(HttpLimits.DEFAULT.head(8192).body(10)));
        wire.send(head("POST /", GOOD + "Transfer-Encoding: chunked\r\n")).send("b\r\n01234567890\r\n");
        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(413);
        assertThat(seen).isEmpty();
    }

    @Test
    void malformed_chunk_is_400_after_accepted_head() {
        serve(basic(inner))
                .send(head("POST /", GOOD + "Transfer-Encoding: chunked\r\n"))
                .send("zz\r\n");
        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(400);
        assertThat(seen).isEmpty();
    }

    @Test
    void slow_body_is_408_after_accepted_head() {
        serve(basic(inner)).send(head("POST /", GOOD + "Content-Length: 500000\r\n"));
        for (int i = 0; i < 80 && wire.channel().isOpen(); i++) {
            wire.send("x").advance(500);
        }
        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(408);
        assertThat(seen).isEmpty();
    }

    @Test
    void disconnect_within_the_body_opens_nothing() {
        serve(basic(inner)).send(head("POST /", GOOD + "Content-Length: 5\r\n") + "he");
        wire.halfClose();
        wire.advance(6000);
        assertThat(wire.isOpen()).isFalse();
        assertThat(seen).isEmpty();
    }

    @Test
    void other_components_get_complete_requests() {
        serve(new IpFilter<HttpConnection, Message>(inner))
                .send(head("POST /", "Content-Length: 5\r\nExpect: 100-continue\r\n"));
        assertThat(wire.received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        wire.send("hello");
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("took 5");
    }

    @Test
    void filter_after_the_body_may_check_it() {
        AsyncFilter filter = new AsyncFilter(
                conn -> CompletableFuture.completedStage(
                        HttpRequest.of(conn).body().text().equals("hello")
                                ? Optional.empty()
                                : Optional.of(HttpResponse.error(403, "no"))),
                inner);
        serve(RequestHeadListener.afterBody(filter))
                .send(head("POST /", "Content-Length: 5\r\n"))
                .send("hello");
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("took 5");
        wire.send(head("POST /", "Content-Length: 5\r\n")).send("hullo");
        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(403);
    }

    @Test
    void logging_decorators_pass_heads_on() {
        Router router = new Router();

        assertThat(RequestHeadListener.around(new SlowCallbackWarning<>(Duration.ofSeconds(1), router)))
                .isInstanceOf(SlowCallbackWarning.class);
        assertThat(RequestHeadListener.around(new MessageLogger<>("requests", router)))
                .isInstanceOf(MessageLogger.class);
    }

    @Test
    void HTTP_2_answers_401_early_and_resets_the_stream() {
        try (Http2TestClient h2 = new Http2TestClient(basic(inner), HttpLimits.DEFAULT, budget)) {
            h2.preface().send("01 04 1 POST");
            assertThat(h2.received()).contains("1: 401", "1: end");
            h2.send("00 00 1 " + "61".repeat(9_000));
            assertThat(budget.used()).isZero();
            h2.wire().advance(1_100);
            assertThat(h2.received()).contains("reset 1 NO_ERROR");
            assertThat(seen).isEmpty();
        }
    }
}

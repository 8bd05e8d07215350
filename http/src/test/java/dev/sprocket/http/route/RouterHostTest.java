package dev.sprocket.http.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Recorder;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts, OPTIONS, nested routers and invalid routes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RouterHostTest {
    @RegisterExtension
    final Wire wire = new Wire();

    private static HttpFunction returning(String text) {
        return request -> HttpResponse.text(text);
    }

    private RawResponse request(Router router, String method, String target, String host) {
        try (Wire each = new Wire()) {
            IoServer.attach(each.channel(), new HttpServer(router));
            each.send(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            return RawResponse.of(each.received());
        }
    }

    /** Upgrade requests ignore a trailing slash; other requests do not. */
    @ParameterizedTest
    @CsvSource({
        "/ws/, websocket, /ws",
        "/ws, websocket, /ws",
        "/rooms/blue/, websocket, /rooms/blue",
        "/rooms/blue/?a=b, websocket, /rooms/blue",
        "/own/, websocket, own",
        "/ws//, websocket, 404",
        "/ws/x/, websocket, 404",
        "/ws/, '', files",
        "/page/, '', files",
        "/page/, websocket, files"
    })
    void handshake_with_trailing_slash_reaches_the_route(String target, String upgrade, String expected) {
        MessageComponent<HttpConnection, Message> open = new MessageComponent<>() {
            @Override
            public void onOpen(HttpConnection conn) {
                HttpRequest request = HttpRequest.of(conn);
                conn.respond(HttpResponse.text(request.pathParameter("room")
                        .map(room -> "/rooms/" + room)
                        .orElse("/ws")));
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}
        };
        Router router = new Router()
                .upgrade("/ws", open)
                .upgrade("/rooms/{room}", open)
                .upgrade("/own/", returning("own").toComponent())
                .get("/page/", returning("files"));
        if (expected.equals("files") || expected.equals("own")) {
            router = router.get("/{path*}", returning("files"));
        }
        try (Wire each = new Wire()) {
            IoServer.attach(each.channel(), new HttpServer(router));
            each.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n"
                    + (upgrade.isEmpty() ? "" : "Upgrade: websocket\r\nConnection: Upgrade\r\n") + "\r\n");
            RawResponse response = RawResponse.of(each.received());
            assertThat(response.status() == 404 ? "404" : response.body()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, exact",
        "EXAMPLE.com:8080, exact",
        "a.example.com, wild",
        "a.b.example.com, wild",
        "a.deep.example.com, deeper",
        "deep.example.com, wild",
        "notexample.com, other",
        "example.org, other",
        "[::1]:80, six",
        "'', other"
    })
    void host_selects_its_router(String host, String expected) {
        Router router = new Router()
                .host("example.com", new Router().get("/", returning("exact")))
                .host("*.Example.com", new Router().get("/", returning("wild")))
                .host("*.deep.example.com", new Router().get("/", returning("deeper")))
                .host("[::1]", new Router().get("/", returning("six")))
                .get("/", returning("other"));

        assertThat(request(router, "GET", "/", host).body()).isEqualTo(expected);
    }

    @Test
    void unknown_host_is_404() {
        Router router = new Router().host("example.com", new Router().get("/", returning("x")));

        assertThat(request(router, "GET", "/", "example.org").status()).isEqualTo(404);
        assertThat(request(router, "GET", "/none", "example.com").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "*.", "a.*.b", "a:80", "a/b", "http://a"})
    void rejects_invalid_host_pattern(String pattern) {
        assertThatThrownBy(() -> new Router().host(pattern, new Router()))
                .hasMessage("host: " + pattern + " (expected: example.com or *.example.com)");
    }

    @Test
    void rejects_duplicate_host() {
        assertThatThrownBy(() -> new Router().host("a.b", new Router()).host("A.B", new Router()))
                .hasMessage("host: A.B (already in use)");
    }

    /** RFC 9110 9.3.7. */
    @Test
    void OPTIONS_returns_methods_of_the_path() {
        Router router = new Router()
                .get("/a", returning("a"))
                .post("/a", returning("a"))
                .post("/b", returning("b"));

        RawResponse one = request(router, "OPTIONS", "/a", "h");
        assertThat(one.status()).isEqualTo(204);
        assertThat(one.header("allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
        assertThat(request(router, "OPTIONS", "/none", "h").status()).isEqualTo(404);
        RawResponse all = request(router, "OPTIONS", "*", "h");
        assertThat(all.status()).isEqualTo(204);
        assertThat(all.header("allow")).isEqualTo("GET, OPTIONS, POST");
    }

    @Test
    void explicit_route_answers_OPTIONS() {
        Router router = new Router().route("OPTIONS", "/a", returning("mine").toComponent());

        assertThat(request(router, "OPTIONS", "/a", "h").body()).isEqualTo("mine");
    }

    @Test
    void routers_can_be_nested() {
        Router inner = new Router()
                .get(
                        "/api/{version}/users/{user}",
                        request -> HttpResponse.text(
                                request.pathParameter("version").orElse("-")
                                        + request.pathParameter("user").orElse("-")
                                        + request.pathParameter("path").orElse("-")));
        Router router = new Router().route("GET", "/api/{path*}", inner);

        assertThat(request(router, "GET", "/api/1/users/ann", "h").body()).isEqualTo("1ann1/users/ann");
        assertThat(request(router, "GET", "/api/1/none", "h").status()).isEqualTo(404);
    }

    @Test
    void rejection_by_inner_router_opens_nothing() {
        Recorder app = new Recorder();
        Router router = new Router().route("GET", "/{path*}", new Router().route("GET", "/a", app));
        IoServer.attach(wire.channel(), new HttpServer(router));
        wire.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(404);
        assertThat(app.seen).isEmpty();
    }

    @Test
    void inner_origin_filter_rejects_independently() {
        Recorder app = new Recorder();
        Origins all = Origins.of("*");
        IoServer.attach(
                wire.channel(),
                new HttpServer(new OriginFilter(all, new OriginFilter(Origins.of("example.com"), app))));
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nOrigin: http://evil.example\r\n\r\n");

        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(403);
        assertThat(app.seen).isEmpty();
    }

    @Test
    void finds_route_among_thousands() {
        Router router = new Router();
        for (int i = 0; i < 2000; i++) {
            router = router.get("/api/r" + i + "/{id}", returning("r" + i));
        }

        assertThat(request(router, "GET", "/api/r1999/7", "h").body()).isEqualTo("r1999");
        assertThat(request(router, "GET", "/api/r2000/7", "h").status()).isEqualTo(404);
    }

    @Test
    void rejects_null_component() {
        assertThatThrownBy(() -> new Router().route("GET", "/a", Router.component(null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("null (expected: a component)");
        MessageComponent<HttpConnection, Message> none = none();
        assertThatThrownBy(() -> new Router().route("GET", "/a", none))
                .hasMessage("route GET /a: null (expected: a component)");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T none() {
        return null;
    }

    @Test
    void rejects_object_that_is_not_a_component() {
        assertThatThrownBy(() -> Router.component("text"))
                .hasMessage("java.lang.String (expected: a MessageComponent)");
    }

    interface OtherConnection extends Connection {}

    private record OfOther() implements MessageComponent<OtherConnection, Message> {
        @Override
        public void onMessage(OtherConnection from, Message message) {}
    }

    private record OfText() implements MessageComponent<Connection, String> {
        @Override
        public void onMessage(Connection from, String message) {}
    }

    private record OfAny() implements MessageComponent<Connection, Object> {
        @Override
        public void onMessage(Connection from, Object message) {}
    }

    /** Stacks in the wrong order do not compile; created by reflection they are rejected early. */
    @Test
    void rejects_component_of_another_protocol() {
        assertThatThrownBy(() -> Router.component(new OfOther()))
                .hasMessageContaining("requires OtherConnection (expected: HttpConnection; wrap it");
        assertThatThrownBy(() -> Router.component(new OfText()))
                .hasMessageContaining("accepts String messages (expected: Message");
        assertThat(Router.component(new OfAny())).isEqualTo(new OfAny());
        assertThat(Router.component(new Router())).isInstanceOf(Router.class);
    }
}

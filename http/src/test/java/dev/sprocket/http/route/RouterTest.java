package dev.sprocket.http.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Recorder;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Dispatch by path and method. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RouterTest {
    private static final String WANTS_UPGRADE = "Connection: Upgrade\r\nUpgrade: echo\r\n";

    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();
    private Router router = new Router();

    private static HttpFunction returning(String text) {
        return request -> HttpResponse.text(text);
    }

    @CanIgnoreReturnValue
    private RawResponse request(String line, String headers) {
        IoServer.attach(wire.channel(), new HttpServer(router));
        wire.send(line + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        return RawResponse.of(wire.received());
    }

    @CanIgnoreReturnValue
    private RawResponse request(String line) {
        return request(line, "");
    }

    @Test
    void path_selects_its_function() {
        router = router.get("/a", returning("a")).get("/b", returning("b"));

        assertThat(request("GET /b?c=d").body()).isEqualTo("b");
    }

    @Test
    void unknown_path_is_404() {
        router = router.get("/a", returning("a"));

        RawResponse response = request("GET /b");
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.header("content-length")).isEqualTo("14");
        assertThat(response.header("connection")).isEqualTo("close");
    }

    @Test
    void other_method_is_405_with_allowed_methods() {
        router = router.get("/a", returning("a")).post("/a", returning("a"));

        RawResponse response = request("DELETE /a");
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("allow")).isEqualTo("GET, HEAD, POST");
    }

    @Test
    void method_selects_the_route() {
        router = router.get("/a", returning("got")).post("/a", returning("posted"));

        assertThat(request("POST /a").body()).isEqualTo("posted");
    }

    @Test
    void GET_route_serves_HEAD() {
        router = router.get("/a", returning("abc"));

        RawResponse response = request("HEAD /a");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-length")).isEqualTo("3");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void upgrade_route_does_not_serve_HEAD() {
        router = router.upgrade("/a", app);

        RawResponse response = request("HEAD /a");
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("allow")).isEqualTo("GET");
    }

    @Test
    void upgrade_request_selects_the_upgrade_route() {
        router = router.get("/a", returning("page"))
                .upgrade("/a", returning("upgrade").toComponent());

        assertThat(request("GET /a", WANTS_UPGRADE).body()).isEqualTo("upgrade");
    }

    @Test
    void plain_GET_selects_the_plain_route() {
        router = router.upgrade("/a", returning("upgrade").toComponent()).get("/a", returning("page"));

        assertThat(request("GET /a").body()).isEqualTo("page");
    }

    @Test
    void most_literal_route_wins_in_any_order() {
        router = router.get("/{x*}", returning("rest"))
                .get("/{x}", returning("one"))
                .get("/a", returning("literal"));

        assertThat(request("GET /a").body()).isEqualTo("literal");
        wire.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\nGET /b/c HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::body)
                .containsExactly("one", "rest");
    }

    @Test
    void query_does_not_override_path_parameter() {
        router = router.get(
                "/rooms/{room}",
                request -> HttpResponse.text(request.pathParameter("room").orElse("-")
                        + request.queryParameter("room").orElse("-")));

        assertThat(request("GET /rooms/blue?room=red").body()).isEqualTo("bluered");
    }

    @Test
    void path_parameters_are_not_shared_between_requests() {
        router = router.get("/x/{x}", returning("x"))
                .get(
                        "/y",
                        request -> HttpResponse.text(request.pathParameter("x").orElse("-")));

        request("GET /x/1");
        wire.send("GET /y HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("-");
    }

    @Test
    void undecodable_path_is_400() {
        router = router.get("/{x}", returning("x"));

        assertThat(request("GET /%zz").status()).isEqualTo(400);
    }

    @Test
    void component_gets_every_callback_of_its_connection() {
        router = router.upgrade("/a", new Failing(app));
        IoServer.attach(wire.channel(), new HttpServer(router));

        wire.send("GET /a HTTP/1.1\r\nHost: h\r\n" + WANTS_UPGRADE + "\r\n");
        app.last().upgrade(HttpResponse.of(101));
        wire.send("m");

        assertThat(app.seen).containsExactly("open /a", "error java.io.IOException: m", "close /a");
    }

    /** Throws for every message. */
    private record Failing(Recorder recorder) implements MessageComponent<HttpConnection, Message> {
        @Override
        public void onOpen(HttpConnection conn) {
            recorder.onOpen(conn);
        }

        @Override
        public void onMessage(HttpConnection from, Message message) throws Exception {
            throw new IOException(message.text());
        }

        @Override
        public void onClose(HttpConnection conn) {
            recorder.onClose(conn);
        }

        @Override
        public void onError(HttpConnection conn, Throwable cause) {
            recorder.onError(conn, cause);
        }
    }

    @Test
    void rejected_request_does_not_reach_component() {
        router = router.route("PUT", "/a", app);

        assertThat(request("GET /a").status()).isEqualTo(405);
        assertThat(app.seen).isEmpty();
    }

    @Test
    void rejects_duplicate_route() {
        router = router.get("/a/{x}", returning("a"));

        assertThatThrownBy(() -> router.get("/a/{y}", returning("b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("route GET /a/{y} (already used by /a/{x})");
    }

    @Test
    void added_route_is_in_the_copy_only() {
        Router original = router.get("/a", returning("a"));
        router = original.get("/b", returning("b")).post("/a", returning("posted"));

        assertThat(request("GET /b").body()).isEqualTo("b");
        router = original;
        try (Wire other = new Wire()) {
            IoServer.attach(other.channel(), new HttpServer(original));
            other.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\nPOST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
            assertThat(RawResponse.all(other.received()))
                    .extracting(RawResponse::status)
                    .first()
                    .isEqualTo(404);
        }
    }
}

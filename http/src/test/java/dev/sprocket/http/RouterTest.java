package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a path and a method lead to a component. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RouterTest {
    private static final String WANTS_UPGRADE = "Connection: Upgrade\r\nUpgrade: echo\r\n";

    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();
    private final Router router = new Router();

    private static HttpFunction says(String text) {
        return request -> HttpResponse.text(text);
    }

    private RawResponse ask(String line, String headers) {
        IoServer.attach(wire.channel(), new HttpServer(router));
        wire.send(line + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        return RawResponse.of(wire.received());
    }

    private RawResponse ask(String line) {
        return ask(line, "");
    }

    @Test
    void a_path_leads_to_its_function() {
        router.get("/a", says("a")).get("/b", says("b"));

        assertThat(ask("GET /b?c=d").body()).isEqualTo("b");
    }

    @Test
    void an_unknown_path_is_answered_with_404() {
        router.get("/a", says("a"));

        RawResponse answer = ask("GET /b");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("content-length")).isEqualTo("14");
        assertThat(answer.header("connection")).isEqualTo("close");
    }

    @Test
    void a_known_path_with_another_method_is_answered_with_405_and_the_methods_that_are_allowed() {
        router.get("/a", says("a")).post("/a", says("a"));

        RawResponse answer = ask("DELETE /a");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("allow")).isEqualTo("GET, HEAD, POST");
    }

    @Test
    void the_method_chooses_among_routes_of_one_path() {
        router.get("/a", says("got")).post("/a", says("posted"));

        assertThat(ask("POST /a").body()).isEqualTo("posted");
    }

    @Test
    void a_route_for_GET_serves_HEAD() {
        router.get("/a", says("abc"));

        RawResponse answer = ask("HEAD /a");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-length")).isEqualTo("3");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void a_route_for_upgrades_does_not_serve_HEAD() {
        router.upgrade("/a", app);

        RawResponse answer = ask("HEAD /a");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("allow")).isEqualTo("GET");
    }

    @Test
    void of_two_routes_for_GET_the_one_for_upgrades_gets_the_upgrades() {
        router.get("/a", says("page")).upgrade("/a", new FunctionComponent(says("upgrade")));

        assertThat(ask("GET /a", WANTS_UPGRADE).body()).isEqualTo("upgrade");
    }

    @Test
    void of_two_routes_for_GET_the_other_one_gets_the_rest() {
        router.upgrade("/a", new FunctionComponent(says("upgrade"))).get("/a", says("page"));

        assertThat(ask("GET /a").body()).isEqualTo("page");
    }

    @Test
    void the_most_literal_route_wins_whatever_the_order() {
        router.get("/{x*}", says("rest")).get("/{x}", says("one")).get("/a", says("literal"));

        assertThat(ask("GET /a").body()).isEqualTo("literal");
        wire.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\nGET /b/c HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::body)
                .containsExactly("one", "rest");
    }

    @Test
    void a_query_does_not_override_a_parameter_of_the_path() {
        router.get(
                "/rooms/{room}",
                request -> HttpResponse.text(request.pathParameter("room").orElse("-")
                        + request.queryParameter("room").orElse("-")));

        assertThat(ask("GET /rooms/blue?room=red").body()).isEqualTo("bluered");
    }

    @Test
    void the_parameters_of_a_request_are_not_known_to_the_next() {
        router.get("/x/{x}", says("x"))
                .get(
                        "/y",
                        request -> HttpResponse.text(request.pathParameter("x").orElse("-")));

        ask("GET /x/1");
        wire.send("GET /y HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("-");
    }

    @Test
    void a_path_that_cannot_be_decoded_is_answered_with_400() {
        router.get("/{x}", says("x"));

        assertThat(ask("GET /%zz").status()).isEqualTo(400);
    }

    @Test
    void the_component_of_a_route_gets_every_callback_of_its_connection() {
        router.upgrade("/a", new Failing(app));
        IoServer.attach(wire.channel(), new HttpServer(router));

        wire.send("GET /a HTTP/1.1\r\nHost: h\r\n" + WANTS_UPGRADE + "\r\n");
        app.last().upgrade(HttpResponse.of(101));
        wire.send("m");

        assertThat(app.seen).containsExactly("open /a", "error java.io.IOException: m", "close /a");
    }

    /** Fails at every message. */
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
    void a_component_hears_nothing_of_a_request_that_does_not_reach_it() {
        router.route("PUT", "/a", app);

        assertThat(ask("GET /a").status()).isEqualTo(405);
        assertThat(app.seen).isEmpty();
    }

    @Test
    void a_route_that_is_taken_is_refused_when_it_is_added() {
        router.get("/a/{x}", says("a"));

        assertThatThrownBy(() -> router.get("/a/{y}", says("b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("route GET /a/{y} (taken by /a/{x})");
    }
}

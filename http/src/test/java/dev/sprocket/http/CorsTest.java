package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.IoServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pages of other sites may do (the Fetch standard, 3.2). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CorsTest {
    private static final CorsRules RULES = CorsRules.of(Origins.of("https://good.example"));

    @RegisterExtension
    final Wire wire = new Wire();

    private RawResponse ask(CorsRules rules, String method, String... headers) {
        Router router = new Router().get("/a", request -> HttpResponse.text("a"));
        IoServer.attach(wire.channel(), new HttpServer(new Cors(rules, router)));
        StringBuilder request = new StringBuilder(method + " HTTP/1.1\r\nHost: h\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        wire.send(request + "\r\n");
        return RawResponse.of(wire.received());
    }

    /** As above, where the rules are a layer of the route, within another layer that refuses everybody. */
    private RawResponse askRoute(String method, String... headers) {
        Cors cors = new Cors(RULES, new FunctionComponent(request -> HttpResponse.text("a")));
        Router router = new Router().route("GET", "/a", new OriginFilter(Origins.of("https://only.example"), cors));
        IoServer.attach(wire.channel(), new HttpServer(router));
        StringBuilder request = new StringBuilder(method + " HTTP/1.1\r\nHost: h\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        wire.send(request + "\r\n");
        return RawResponse.of(wire.received());
    }

    @Test
    void preflight_of_a_route_is_answered_by_its_rules() {
        RawResponse answer =
                askRoute("OPTIONS /a", "Origin: https://good.example", "Access-Control-Request-Method: GET");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://good.example");
        assertThat(answer.header("access-control-allow-methods")).isEqualTo("GET, HEAD, POST");
    }

    @Test
    void preflight_of_a_route_refuses_other_origins() {
        RawResponse answer =
                askRoute("OPTIONS /a", "Origin: https://evil.example", "Access-Control-Request-Method: GET");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
    }

    @ParameterizedTest
    @CsvSource({"GET /a,403", "PUT /a,405", "OPTIONS /a,204"})
    void answers_outside_of_the_layer_name_the_origin(String request, int status) {
        RawResponse answer = askRoute(request, "Origin: https://good.example");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://good.example");
    }

    @Test
    void a_request_refused_before_any_component_names_the_origin() {
        RawResponse answer =
                askRoute("GET /a", "Origin: https://good.example", "Content-Length: 99999999", "Connection: close");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://good.example");
    }

    @Test
    void a_path_without_a_route_names_no_origin() {
        RawResponse answer = askRoute("GET /none", "Origin: https://good.example");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void a_page_that_is_allowed_is_told_so() {
        RawResponse answer = ask(RULES.withExposedHeaders("X-Total"), "GET /a", "Origin: https://good.example");

        assertThat(answer.body()).isEqualTo("a");
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://good.example");
        assertThat(answer.header("access-control-expose-headers")).isEqualTo("X-Total");
        assertThat(answer.header("access-control-allow-credentials")).isNull();
        assertThat(answer.header("vary")).isEqualTo("Origin");
    }

    @Test
    void a_page_that_is_not_allowed_is_told_nothing_and_a_cache_is_warned() {
        RawResponse answer =
                ask(RULES.withCredentials().withExposedHeaders("X"), "GET /a", "Origin: https://evil.example");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .doesNotContainKeys(
                        "access-control-allow-origin",
                        "access-control-allow-credentials",
                        "access-control-expose-headers");
        assertThat(answer.header("vary")).isEqualTo("Origin");
    }

    @Test
    void a_program_that_is_no_browser_is_served() {
        assertThat(ask(RULES, "GET /a").headers()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void errors_are_readable_too() {
        RawResponse answer = ask(RULES, "GET /none", "Origin: https://good.example");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://good.example");
    }

    @Test
    void credentials_are_allowed_by_name_only() {
        RawResponse answer = ask(RULES.withCredentials(), "GET /a", "Origin: https://good.example");

        assertThat(answer.header("access-control-allow-credentials")).isEqualTo("true");
        assertThatThrownBy(() -> CorsRules.of(Origins.of("*")).withCredentials())
                .hasMessage("credentials from any origin (expected: origins by name)");
    }

    @Test
    void any_page_is_a_star() {
        RawResponse answer = ask(CorsRules.of(Origins.of("*")), "GET /a", "Origin: null");

        assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
        assertThat(answer.header("vary")).isNull();
    }

    @Test
    void a_preflight_is_answered_with_what_is_allowed() {
        RawResponse answer = ask(
                RULES.withMethods("GET", "PUT")
                        .withRequestHeaders("x-one", "X-Two")
                        .withMaxAge(Duration.ofSeconds(5)),
                "OPTIONS /a",
                "Origin: https://good.example",
                "Access-Control-Request-Method: PUT",
                "Access-Control-Request-Headers: X-One,x-two");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://good.example");
        assertThat(answer.header("access-control-allow-methods")).isEqualTo("GET, PUT");
        assertThat(answer.header("access-control-allow-headers")).isEqualTo("X-One,x-two");
        assertThat(answer.header("access-control-max-age")).isEqualTo("5");
        assertThat(wire.isOpen()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example, GET, X-One",
        "http://good.example, GET, X-One",
        "https://good.example, DELETE, X-One",
        "https://good.example, GET, X-Two",
        "https://good.example, get, X-One"
    })
    void a_preflight_for_more_is_refused(String origin, String method, String header) {
        RawResponse answer = ask(
                RULES.withRequestHeaders("X-One"),
                "OPTIONS /a",
                "Origin: " + origin,
                "Access-Control-Request-Method: " + method,
                "Access-Control-Request-Headers: " + header);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.headers()).doesNotContainKeys("access-control-allow-methods");
    }

    @Test
    void OPTIONS_that_is_no_preflight_goes_on() {
        assertThat(ask(RULES, "OPTIONS /a", "Origin: https://good.example").header("allow"))
                .isEqualTo("GET, HEAD, OPTIONS");
    }

    @Test
    void a_component_hears_nothing_of_a_preflight() {
        Recorder app = new Recorder();
        IoServer.attach(wire.channel(), new HttpServer(new Cors(RULES, app)));
        wire.send("OPTIONS /a HTTP/1.1\r\nHost: h\r\nOrigin: https://good.example\r\n"
                + "Access-Control-Request-Method: GET\r\n\r\n");

        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(204);
        assertThat(app.seen).isEmpty();
    }
}

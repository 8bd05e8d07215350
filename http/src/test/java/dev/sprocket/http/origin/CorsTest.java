package dev.sprocket.http.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Recorder;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cross-origin requests (Fetch standard, 3.2). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CorsTest {
    private static final Origins GOOD = Origins.of("https://good.example");

    @RegisterExtension
    final Wire wire = new Wire();

    private static Cors cors(Origins origins) {
        return new Cors(origins, new Router().get("/a", request -> HttpResponse.text("a")));
    }

    private RawResponse request(Cors cors, String method, String... headers) {
        IoServer.attach(wire.channel(), new HttpServer(cors));
        StringBuilder request = new StringBuilder(method + " HTTP/1.1\r\nHost: h\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        wire.send(request + "\r\n");
        return RawResponse.of(wire.received());
    }

    /**
     * Sends a request to a route with CORS rules.
     *
     * <p>The rules are inside another layer, which rejects every request.
     */
    private RawResponse requestRoute(String method, String... headers) {
        Cors cors = new Cors(GOOD, ((HttpFunction) request -> HttpResponse.text("a")).toComponent());
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
    void preflight_is_answered_by_rules_of_the_route() {
        RawResponse response =
                requestRoute("OPTIONS /a", "Origin: https://good.example", "Access-Control-Request-Method: GET");

        assertThat(response.status()).isEqualTo(204);
        assertThat(response.header("access-control-allow-origin")).isEqualTo("https://good.example");
        assertThat(response.header("access-control-allow-methods")).isEqualTo("GET, HEAD, POST");
    }

    @Test
    void preflight_rejects_other_origins() {
        RawResponse response =
                requestRoute("OPTIONS /a", "Origin: https://evil.example", "Access-Control-Request-Method: GET");

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.headers()).doesNotContainKey("access-control-allow-origin");
    }

    @ParameterizedTest
    @CsvSource({"GET /a,403", "PUT /a,405", "OPTIONS /a,204"})
    void responses_of_outer_layers_have_CORS_headers(String request, int status) {
        RawResponse response = requestRoute(request, "Origin: https://good.example");

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("access-control-allow-origin")).isEqualTo("https://good.example");
    }

    @Test
    void request_rejected_before_components_has_CORS_headers() {
        RawResponse response =
                requestRoute("GET /a", "Origin: https://good.example", "Content-Length: 99999999", "Connection: close");

        assertThat(response.status()).isEqualTo(413);
        assertThat(response.header("access-control-allow-origin")).isEqualTo("https://good.example");
    }

    @Test
    void path_without_route_has_no_CORS_headers() {
        RawResponse response = requestRoute("GET /none", "Origin: https://good.example");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.headers()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void allowed_origin_gets_CORS_headers() {
        RawResponse response = request(cors(GOOD).exposedHeaders("X-Total"), "GET /a", "Origin: https://good.example");

        assertThat(response.body()).isEqualTo("a");
        assertThat(response.header("access-control-allow-origin")).isEqualTo("https://good.example");
        assertThat(response.header("access-control-expose-headers")).isEqualTo("X-Total");
        assertThat(response.header("access-control-allow-credentials")).isNull();
        assertThat(response.header("vary")).isEqualTo("Origin");
    }

    @Test
    void other_origin_gets_only_vary() {
        RawResponse response =
                request(cors(GOOD).allowCredentials().exposedHeaders("X"), "GET /a", "Origin: https://evil.example");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers())
                .doesNotContainKeys(
                        "access-control-allow-origin",
                        "access-control-allow-credentials",
                        "access-control-expose-headers");
        assertThat(response.header("vary")).isEqualTo("Origin");
    }

    @Test
    void request_without_origin_is_served() {
        assertThat(request(cors(GOOD), "GET /a").headers()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void error_responses_have_CORS_headers() {
        RawResponse response = request(cors(GOOD), "GET /none", "Origin: https://good.example");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.header("access-control-allow-origin")).isEqualTo("https://good.example");
    }

    @Test
    void credentials_require_listed_origins() {
        RawResponse response = request(cors(GOOD).allowCredentials(), "GET /a", "Origin: https://good.example");

        assertThat(response.header("access-control-allow-credentials")).isEqualTo("true");
        assertThatThrownBy(() -> cors(Origins.of("*")).allowCredentials())
                .hasMessage("credentials allowed for any origin (expected: a list of origins)");
    }

    @Test
    void any_origin_is_answered_with_star() {
        RawResponse response = request(cors(Origins.of("*")), "GET /a", "Origin: null");

        assertThat(response.header("access-control-allow-origin")).isEqualTo("*");
        assertThat(response.header("vary")).isNull();
    }

    @Test
    void preflight_returns_allowed_methods_and_headers() {
        RawResponse response = request(
                cors(GOOD)
                        .methods("GET", "PUT")
                        .requestHeaders("x-one", "X-Two")
                        .maxAge(Duration.ofSeconds(5)),
                "OPTIONS /a",
                "Origin: https://good.example",
                "Access-Control-Request-Method: PUT",
                "Access-Control-Request-Headers: X-One,x-two");

        assertThat(response.status()).isEqualTo(204);
        assertThat(response.header("access-control-allow-origin")).isEqualTo("https://good.example");
        assertThat(response.header("access-control-allow-methods")).isEqualTo("GET, PUT");
        assertThat(response.header("access-control-allow-headers")).isEqualTo("X-One,x-two");
        assertThat(response.header("access-control-max-age")).isEqualTo("5");
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
    void preflight_beyond_the_rules_is_rejected(String origin, String method, String header) {
        RawResponse response = request(
                cors(GOOD).requestHeaders("X-One"),
                "OPTIONS /a",
                "Origin: " + origin,
                "Access-Control-Request-Method: " + method,
                "Access-Control-Request-Headers: " + header);

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.headers()).doesNotContainKeys("access-control-allow-methods");
    }

    @Test
    void OPTIONS_without_preflight_headers_is_passed_on() {
        assertThat(request(cors(GOOD), "OPTIONS /a", "Origin: https://good.example")
                        .header("allow"))
                .isEqualTo("GET, HEAD, OPTIONS");
    }

    @Test
    void preflight_does_not_reach_the_component() {
        Recorder app = new Recorder();
        IoServer.attach(wire.channel(), new HttpServer(new Cors(GOOD, app)));
        wire.send("OPTIONS /a HTTP/1.1\r\nHost: h\r\nOrigin: https://good.example\r\n"
                + "Access-Control-Request-Method: GET\r\n\r\n");

        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(204);
        assertThat(app.seen).isEmpty();
    }
}

package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.run;
import static dev.sprocket.checks.keys.Site.web;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Component {@code metrics}, with curl. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class MetricsKeysTest {
    @Test
    @Row(METRICS)
    void metrics_are_served_to_curl_on_this_route_only() throws Exception {
        try (Site site = Site.start(web(route("/internal/metrics", METRICS)))) {
            String served =
                    run("curl", "-sS", "-i", site.uri("/internal/metrics").toString());
            assertThat(served)
                    .contains("HTTP/1.1 200 OK", "text/plain; version=0.0.4", "# TYPE sprocket_connections gauge");
            assertThat(run(
                            "curl",
                            "-sS",
                            "-H",
                            "Accept: application/openmetrics-text",
                            site.uri("/internal/metrics").toString()))
                    .endsWith("# EOF\n");
            assertThat(site.get("/metrics").statusCode()).isEqualTo(404);
        }
    }

    private static List<String> warnings(Object... layers) throws IOException {
        String listener = listener(
                "web",
                LISTENER_ADDRESS.text("0.0.0.0:0"),
                LISTENER_ROUTES.is("[" + route("/metrics", METRICS, layers) + "]"));
        try (Site site = Site.start(listener)) {
            return site.server().warnings();
        }
    }

    @Test
    void metrics_for_every_client_are_warned_of() throws Exception {
        assertThat(warnings()).singleElement().asString().contains("every client of this address can read the metrics");
        assertThat(warnings(IP_FILTER.with(IP_FILTER_ALLOW.is("[\"127.0.0.1\"]"))))
                .isEmpty();
        assertThat(warnings(BEARER_AUTH.with(
                        BEARER_AUTH_USERS.is("[{ user = prometheus, token = \"0123456789abcdef0123\" }]"))))
                .isEmpty();
    }
}

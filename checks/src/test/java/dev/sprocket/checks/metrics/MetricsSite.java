package dev.sprocket.checks.metrics;

import dev.sprocket.checks.keys.Site;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Site with metrics at {@code /metrics} and an echo at {@code /echo}. */
final class MetricsSite {
    private MetricsSite() {}

    /** Starts a site with further lines of configuration. */
    static Site start(String... lines) throws IOException {
        return Site.start(configuration(lines));
    }

    static String[] configuration(String... lines) {
        List<String> all = new ArrayList<>(List.of(
                "listeners.web { address = \"127.0.0.1:0\", routes = [",
                "  { path = /metrics, component = metrics }",
                "  { path = /echo, layers = [ws], component = echo }",
                "  { path = /events, component = events }",
                "  { path = /private, layers = [{ basic-auth { users = [{ user = ann, password = secret }] } }],",
                "    component = metrics }",
                "] }",
                "topics { \"*\" { subscribe = anyone, publish = anyone } }"));
        all.addAll(List.of(lines));
        return all.toArray(String[]::new);
    }
}

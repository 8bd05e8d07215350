package dev.sprocket.server.internal.command;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.sprocket.core.internal.text.SafeText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Command {@code sprocket status}. */
@Command(
        name = "status",
        description = {
            "Prints the state of a running server as a table: readiness, nodes of its cluster, connections, events,"
                    + " losses, calls.",
            "The exit code is 1 if the server is not ready."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "The listener of URL needs a route with component = metrics:",
            "  routes = [{ path = /metrics, component = metrics }]",
            "",
            "Examples:",
            "  sprocket status",
            "  sprocket status http://127.0.0.1:9090",
            "  PUSH_TOKEN=… sprocket status https://example.com/metrics"
        })
public final class StatusCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int COLUMNS = 80;
    private static final int NAME = 16;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9090",
            description = {"URL of the server, or of its metrics; the default is", "http://127.0.0.1:9090"})
    private URI url = URI.create("");

    @ArgGroup
    private TokenOption token = new TokenOption();

    private final StringBuilder table = new StringBuilder();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (url.getHost() == null || !"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw new IllegalArgumentException("URL: " + url + " (expected: http://… or https://…)");
        }
        URI metricsUrl = url.getPath().isEmpty() || url.getPath().equals("/") ? url.resolve("/metrics") : url;
        Optional<String> secret = token.read(System.getenv());
        MetricsText metrics = parse(metricsUrl, get(metricsUrl, secret));
        HttpResponse<String> ready = get(url.resolve("/ready"), secret);
        boolean isReady = ready.statusCode() == 200;
        row("server", url.getScheme() + "://" + url.getAuthority());
        row("ready", ready(ready));
        nodes(metrics);
        rows(metrics);
        System.out.print(table);
        System.out.flush();
        return isReady || ready.statusCode() == 404 ? 0 : 1;
    }

    private static HttpResponse<String> get(URI from, Optional<String> secret)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(from).timeout(TIMEOUT).GET();
        secret.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        try {
            return HttpClient.newBuilder()
                    .connectTimeout(TIMEOUT)
                    .build()
                    .send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new IOException(
                    "cannot connect to " + from.getAuthority()
                            + " (is the server running, with a listener at this address?)",
                    e);
        } catch (IOException e) {
            throw new IOException(from + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()), e);
        }
    }

    private static MetricsText parse(URI from, HttpResponse<String> response) throws IOException {
        String problem =
                switch (response.statusCode()) {
                    case 200 -> "";
                    case 401, 403 ->
                        "status " + response.statusCode() + " (the route asks for credentials: use --token-file, or"
                                + " the environment variable " + TokenOption.VARIABLE + ")";
                    case 404 ->
                        "status 404 (configure the listener: routes = [{ path = /metrics, component = metrics }])";
                    default -> "status " + response.statusCode();
                };
        if (!problem.isEmpty()) {
            throw new IOException(from + ": " + problem);
        }
        try {
            MetricsText metrics = MetricsText.parse(response.body());
            if (metrics.isOfSprocket()) {
                return metrics;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(from + ": " + SafeText.excerpt(String.valueOf(e.getMessage())), e);
        }
        throw new IOException(from + ": no metrics of Sprocket (expected: a route with component = metrics)");
    }

    private static String ready(HttpResponse<String> response) {
        if (response.statusCode() == 200) {
            return "yes";
        }
        if (response.statusCode() == 404) {
            return "unknown (the listener has health = off)";
        }
        String reason = "status " + response.statusCode();
        try {
            JsonElement body = JsonParser.parseString(response.body());
            if (body instanceof JsonObject object) {
                reason = object.toString();
            }
        } catch (JsonParseException notJson) {
            reason += " " + response.body().strip();
        }
        return "no: " + SafeText.excerpt(reason);
    }

    private void rows(MetricsText metrics) {
        row("connections", count(metrics, "sprocket_connections", "protocol"));
        row("accepted", count(metrics, "sprocket_connections_accepted_total", ""));
        row("refused", count(metrics, "sprocket_connections_refused_total", "reason"));
        row("closed", count(metrics, "sprocket_websockets_closed_total", "code"));
        row("subscriptions", count(metrics, "sprocket_subscriptions", ""));
        row("topics", count(metrics, "sprocket_topics", ""));
        row("published", count(metrics, "sprocket_events_published_total", ""));
        row("delivered", count(metrics, "sprocket_events_delivered_total", ""));
        row("lost", count(metrics, "sprocket_events_lost_total", "reason"));
        row("gaps", count(metrics, "sprocket_events_gaps_total", "cause"));
        row("recoveries", count(metrics, "sprocket_recoveries_total", "result"));
        row("pushes", count(metrics, "sprocket_pushes_total", "result"));
        row("calls", count(metrics, "sprocket_calls_total", "result"));
        row("logins", count(metrics, "sprocket_authentications_total", "result"));
        row("sessions read", count(metrics, "sprocket_session_reads_total", "result"));
        row("TLS handshakes", count(metrics, "sprocket_tls_handshakes_total", "result"));
        row("reloads", count(metrics, "sprocket_reloads_total", "result"));
        row("pending", bytes(metrics.sum("sprocket_pending_bytes")));
        row("hand-over", "99 % within " + seconds(metrics.quantile("sprocket_publish_handover_seconds", 0.99)));
        row("loop lag", "99 % within " + seconds(metrics.quantile("sprocket_loop_lag_seconds", 0.99)));
        OptionalDouble expiry = metrics.sum("sprocket_tls_certificate_expiry_seconds");
        if (metrics.sum("sprocket_tls_handshakes_total").orElse(0) > 0 && expiry.isPresent()) {
            row("certificate", "expires in " + (long) (expiry.getAsDouble() / 86_400) + " days");
        }
    }

    /** Adds rows about a cluster; none for a single server. */
    private void nodes(MetricsText metrics) {
        List<String> own = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (MetricsText.Sample sample : metrics.of("sprocket_node_info")) {
            String name = sample.labels().getOrDefault("node", "");
            String about = sample.labels().getOrDefault("about", "");
            String text = SafeText.escape(name + (about.isEmpty() ? "" : " (" + about + ")"));
            (name.equals(sample.labels().get("seen_by")) ? own : others).add(text);
        }
        others.removeAll(own); // nodes of one process share their metrics
        rows("node", own);
        row("engine", engine(metrics));
        rows("other nodes", own.isEmpty() || !others.isEmpty() ? others : List.of("none"));
    }

    /** Adds a row for each different value, in their order. */
    private void rows(String name, List<String> values) {
        String title = name;
        for (String value : new TreeSet<>(values)) {
            row(title, value);
            title = "";
        }
    }

    /** Returns the state of the engine and the events that failed; empty without an engine. */
    private static String engine(MetricsText metrics) {
        String failed = MetricsText.number(
                metrics.sum("sprocket_engine_relays_failed_total").orElse(0)
                        + metrics.sum("sprocket_engine_appends_failed_total").orElse(0));
        String lost = count(metrics, "sprocket_engine_continuity_lost_total", "");
        return metrics.byLabel("sprocket_engine_state", "state")
                .map(states -> states.replaceAll("^(\\w+) 1$", "$1") + "; publishes failed " + failed
                        + ", continuity lost " + lost)
                .orElse("");
    }

    /** Returns a sum and its parts by a label; empty without the metric. */
    private static String count(MetricsText metrics, String name, String label) {
        OptionalDouble sum = metrics.sum(name);
        if (sum.isEmpty()) {
            return "";
        }
        Optional<String> parts = label.isEmpty() ? Optional.empty() : metrics.byLabel(name, label);
        return MetricsText.number(sum.getAsDouble())
                + parts.map(all -> " (" + all + ")").orElse("");
    }

    private static String bytes(OptionalDouble bytes) {
        if (bytes.isEmpty()) {
            return "";
        }
        double value = bytes.getAsDouble();
        return value < 1 << 20
                ? MetricsText.number(value) + " bytes"
                : String.format(Locale.ROOT, "%.1f MiB", value / (1 << 20));
    }

    private static String seconds(OptionalDouble bound) {
        if (bound.isEmpty()) {
            return "";
        }
        double value = bound.getAsDouble();
        if (Double.isInfinite(value)) {
            return "more than the largest bucket";
        }
        return value < 1
                ? String.format(Locale.ROOT, "%.3g ms", value * 1000)
                : String.format(Locale.ROOT, "%.3g s", value);
    }

    /** Adds a row. Lines have at most 80 columns. */
    private void row(String name, String value) {
        if (value.isEmpty() || value.endsWith("within ")) {
            return;
        }
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-" + NAME + "s", name));
        for (String word : value.split(" ")) {
            String rest = word;
            if (line.length() + 1 + rest.length() > COLUMNS && line.length() > NAME) {
                table.append(line.toString().stripTrailing()).append('\n');
                line = new StringBuilder(" ".repeat(NAME));
            }
            while (rest.length() > COLUMNS - NAME) {
                table.append(line).append(rest, 0, COLUMNS - NAME).append('\n');
                rest = rest.substring(COLUMNS - NAME);
                line = new StringBuilder(" ".repeat(NAME));
            }
            line.append(line.length() == NAME ? "" : " ").append(rest);
        }
        table.append(line).append('\n');
    }
}

package dev.sprocket.checks.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.keys.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The alert rules and the board use metrics and labels that are served. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(30)
class OperatorFilesTest {
    private static final Path RULES = Path.of("../docs/operate/sprocket-alerts.yml");
    private static final Path BOARD = Path.of("../docs/operate/sprocket-dashboard.json");
    private static final Pattern SELECTOR = Pattern.compile("\\b((?:sprocket|jvm|process)_\\w+)(?:\\{([^}]*)\\})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!=|=)\"([^\"]*)\"");

    private static Scrape scrape;

    @BeforeAll
    static void read() throws Exception {
        try (Site site = MetricsSite.start()) {
            scrape = Scrape.of(site.uri("/metrics"));
        }
    }

    private static List<String> ruleExpressions() throws IOException {
        List<String> all = new ArrayList<>();
        Matcher expr = Pattern.compile("expr: '(.*)'").matcher(Files.readString(RULES));
        while (expr.find()) {
            all.add(expr.group(1));
        }
        return all;
    }

    private static List<String> boardExpressions() throws IOException {
        List<String> all = new ArrayList<>();
        JsonObject board = JsonParser.parseString(Files.readString(BOARD)).getAsJsonObject();
        for (JsonElement panel : board.getAsJsonArray("panels")) {
            for (JsonElement target : panel.getAsJsonObject().getAsJsonArray("targets")) {
                all.add(target.getAsJsonObject().get("expr").getAsString());
            }
        }
        return all;
    }

    private static Set<String> metrics(List<String> expressions) {
        Set<String> names = new TreeSet<>();
        for (String expression : expressions) {
            Matcher selector = SELECTOR.matcher(expression);
            while (selector.find()) {
                names.add(selector.group(1));
                assertThat(scrape.samples().keySet())
                        .as(expression)
                        .anyMatch(series ->
                                series.equals(selector.group(1)) || series.startsWith(selector.group(1) + "{"));
                checkLabels(selector.group(1), selector.group(2), expression);
            }
        }
        return names;
    }

    private static void checkLabels(String name, String matchers, String expression) {
        Map<String, Set<String>> labels = scrape.ownLabels().getOrDefault(name, Map.of());
        Matcher matcher = MATCHER.matcher(matchers == null ? "" : matchers);
        while (matcher.find()) {
            if (matcher.group(1).equals("instance")) {
                continue;
            }
            assertThat(labels).as(expression).containsKey(matcher.group(1));
            List<String> values =
                    matcher.group(2).equals("=~") ? List.of(matcher.group(3).split("\\|")) : List.of(matcher.group(3));
            assertThat(labels.get(matcher.group(1))).as(expression).containsAll(values);
        }
    }

    @Test
    void alert_rules_use_metrics_that_are_served() throws IOException {
        assertThat(metrics(ruleExpressions()))
                .contains(
                        "sprocket_events_lost_total",
                        "sprocket_pending_bytes",
                        "sprocket_tls_certificate_expiry_seconds",
                        "sprocket_connections_refused_total",
                        "sprocket_reloads_total",
                        "sprocket_session_reads_total");
    }

    @Test
    void board_shows_every_metric_of_the_server() throws IOException {
        Set<String> shown = metrics(boardExpressions());
        Set<String> served = new TreeSet<>();
        for (String name : scrape.ownLabels().keySet()) {
            served.add("histogram".equals(scrape.types().get(name)) ? name + "_bucket" : name);
        }
        served.removeIf(name -> name.endsWith("_max"));
        assertThat(shown).containsAll(served);
    }

    @Test
    void promtool_accepts_rules_and_metrics() throws Exception {
        RequiredPrograms.require("promtool");
        assertThat(run("", "promtool", "check", "rules", RULES.toString())).contains("SUCCESS: 13 rules found");
        assertThat(run(scrape.text(), "promtool", "check", "metrics")).isEmpty();
    }

    private static String run(String input, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", RequiredPrograms.path());
        Process process = builder.start();
        process.getOutputStream().write(input.getBytes(UTF_8));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}

package dev.sprocket.checks.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.keys.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compares the table of {@code docs/operate/metrics.md} with what {@code /metrics} serves. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(30)
class MetricsPageTest {
    private static final Path PAGE = Path.of("../docs/operate/metrics.md");
    private static final Pattern ROW = Pattern.compile("\\| `(sprocket_\\w+)` \\| (\\w+) \\| (.*) \\| (.*) \\|");
    private static final Pattern LABEL = Pattern.compile("`(\\w+)`: ((?:`[^`]+`(?:, )?)+)");
    private static final Pattern VALUE = Pattern.compile("`([^`]+)`");

    private static Scrape scrape;
    private static String page;

    @BeforeAll
    static void read() throws Exception {
        try (Site site = MetricsSite.start()) {
            scrape = Scrape.of(site.uri("/metrics"));
        }
        page = Files.readString(PAGE);
    }

    private static Map<String, Map<String, Set<String>>> documented() {
        Map<String, Map<String, Set<String>>> all = new TreeMap<>();
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            Map<String, Set<String>> labels = all.computeIfAbsent(row.group(1), first -> new TreeMap<>());
            Matcher label = LABEL.matcher(row.group(3));
            while (label.find()) {
                Set<String> values = new TreeSet<>();
                Matcher value = VALUE.matcher(label.group(2));
                while (value.find()) {
                    values.add(value.group(1));
                }
                labels.put(label.group(1), values);
            }
        }
        return all;
    }

    @Test
    void page_lists_metrics_and_label_values_that_are_served() {
        assertThat(scrape.ownLabels()).isEqualTo(documented());
    }

    @Test
    void page_states_type_and_meaning_of_each_metric() {
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            assertThat(scrape.types()).containsEntry(row.group(1), row.group(2));
            assertThat(scrape.text()).contains("# HELP " + row.group(1) + " " + row.group(4) + "\n");
        }
    }

    @Test
    void faults_name_metrics_that_are_served() throws IOException {
        Matcher name = Pattern.compile("`(sprocket_\\w+|process_\\w+)").matcher(page);
        while (name.find()) {
            // NodesMetricsTest reads the texts about nodes
            if (!name.group(1).endsWith("_") && !name.group(1).endsWith("_info")) {
                assertThat(scrape.text()).contains("\n" + name.group(1));
            }
        }
    }
}

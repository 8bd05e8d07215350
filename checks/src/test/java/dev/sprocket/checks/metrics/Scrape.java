package dev.sprocket.checks.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Answer of {@code /metrics} in the text format of Prometheus.
 *
 * @param text whole answer
 * @param samples values by series, such as {@code sprocket_calls_total{result="success"}}
 * @param types types of the metrics by name
 */
record Scrape(String text, Map<String, Double> samples, Map<String, String> types) {
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+(?:\\{.*\\})?) (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    static Scrape of(URI uri) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        return of(response.body());
    }

    static Scrape of(String text) {
        Map<String, Double> samples = new TreeMap<>();
        Map<String, String> types = new TreeMap<>();
        for (String line : text.split("\n")) {
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                types.put(type.group(1), type.group(2));
            } else if (sample.matches()) {
                samples.put(sample.group(1), Double.valueOf(sample.group(2)));
            } else {
                assertThat(line).startsWith("# HELP ");
            }
        }
        return new Scrape(text, samples, types);
    }

    /** Waits until a counter has reached a value. */
    static void await(URI uri, String series, double value) throws IOException, InterruptedException {
        while (of(uri).value(series) < value) {
            Thread.sleep(20);
        }
    }

    /** Returns the value of a series, which must exist. */
    double value(String series) {
        assertThat(samples).containsKey(series);
        return samples.get(series);
    }

    /** Returns all series of the server itself. The JVM adds one for each cause of a collection. */
    Set<String> ownSeries() {
        return samples.keySet().stream()
                .filter(name -> name.startsWith("sprocket_"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the values of the labels of each metric of the server: name, label, values. */
    Map<String, Map<String, Set<String>>> ownLabels() {
        Map<String, Map<String, Set<String>>> all = new TreeMap<>();
        for (String series : ownSeries()) {
            int brace = series.indexOf('{');
            String name = metric(brace < 0 ? series : series.substring(0, brace));
            Map<String, Set<String>> labels = all.computeIfAbsent(name, first -> new TreeMap<>());
            Matcher label = LABEL.matcher(brace < 0 ? "" : series.substring(brace));
            while (label.find()) {
                if (!label.group(1).equals("le")) {
                    labels.computeIfAbsent(label.group(1), first -> new TreeSet<>())
                            .add(label.group(2));
                }
            }
        }
        return all;
    }

    /** Returns the metric of a sample: that of a histogram has suffixes. */
    private String metric(String sample) {
        String base = sample.replaceFirst("_(bucket|count|sum|max)$", "");
        return "histogram".equals(types.get(base)) ? base : sample;
    }
}

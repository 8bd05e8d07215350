package dev.sprocket.server.internal.command;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Metrics in the text format of Prometheus. */
@ThreadSafe
final class MetricsText {
    private static final Pattern LINE =
            Pattern.compile("([A-Za-z_:][\\w:]*)(?:\\{(.*)})?\\s+(\\S+)(?:\\s+-?\\d+)?(?:\\s+#.*)?");
    private static final Pattern LABEL = Pattern.compile("([A-Za-z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    /** A value and the labels of its series. */
    record Sample(Map<String, String> labels, double value) {}

    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    private MetricsText() {}

    /** Reads a text. Throws {@link IllegalArgumentException} for a line that is neither a comment nor a sample. */
    static MetricsText parse(String text) {
        MetricsText read = new MetricsText();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            Matcher sample = LINE.matcher(line.strip());
            if (!sample.matches()) {
                throw new IllegalArgumentException("not a metric in the text format of Prometheus: " + line);
            }
            read.samples
                    .computeIfAbsent(sample.group(1), name -> new ArrayList<>())
                    .add(new Sample(labels(sample.group(2)), value(sample.group(3))));
        }
        return read;
    }

    private static Map<String, String> labels(@Nullable String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2).replace("\\\"", "\"").replace("\\\\", "\\"));
        }
        return Collections.unmodifiableMap(labels);
    }

    private static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** Reports whether there is a metric of Sprocket. */
    boolean isOfSprocket() {
        return samples.keySet().stream().anyMatch(name -> name.startsWith("sprocket_"));
    }

    /** Returns the samples of a metric; empty if there is no such metric. */
    List<Sample> of(String name) {
        return Collections.unmodifiableList(samples.getOrDefault(name, List.of()));
    }

    /** Returns the sum of all samples of a metric; empty without the metric. */
    OptionalDouble sum(String name) {
        List<Sample> all = of(name);
        return all.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(all.stream().mapToDouble(Sample::value).sum());
    }

    /** Returns the sums of a metric by a label, without those that are zero: {@code http1 3, websocket 12}. */
    Optional<String> byLabel(String name, String label) {
        Map<String, Double> sums = new LinkedHashMap<>();
        of(name).forEach(sample ->
                sums.merge(sample.labels().getOrDefault(label, "other"), sample.value(), Double::sum));
        List<String> parts = new ArrayList<>();
        sums.forEach((value, sum) -> {
            if (sum != 0) {
                parts.add(value + " " + number(sum));
            }
        });
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", parts));
    }

    /** Returns the smallest bucket of a histogram that contains a part of its observations. */
    OptionalDouble quantile(String histogram, double part) {
        Map<Double, Double> buckets = new TreeMap<>();
        for (Sample sample : of(histogram + "_bucket")) {
            buckets.merge(value(sample.labels().getOrDefault("le", "+Inf")), sample.value(), Double::sum);
        }
        double total = buckets.getOrDefault(Double.POSITIVE_INFINITY, 0.0);
        if (total == 0) {
            return OptionalDouble.empty();
        }
        for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
            if (bucket.getValue() >= part * total) {
                return OptionalDouble.of(bucket.getKey());
            }
        }
        return OptionalDouble.empty();
    }

    /** Formats a number without a fraction where it has none. */
    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.3g", value);
    }
}

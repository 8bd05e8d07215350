package dev.sprocket.plugin.config;

import com.typesafe.config.ConfigOrigin;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Collects the errors and warnings of a configuration, with file and line.
 *
 * <p>Not thread-safe.
 */
public final class ConfigErrors {
    /** Minimum length of a shared word; shorter ones are often similar by chance. */
    private static final int MIN_SHARED_WORD = 4;

    private record Entry(String file, int line, String text) {}

    private final Set<Entry> errors = new LinkedHashSet<>();
    private final Set<Entry> warnings = new LinkedHashSet<>();

    /** Adds an error: {@code site.conf:12: layer ws: unknown key …}. */
    public void add(ConfigOrigin origin, String message) {
        errors.add(entry(origin, message));
    }

    /** Adds a warning about a valid but probably unintended configuration. */
    public void warn(ConfigOrigin origin, String message) {
        warnings.add(entry(origin, message));
    }

    private static Entry entry(ConfigOrigin origin, String message) {
        return new Entry(file(origin), line(origin), location(origin) + ": " + message);
    }

    /** Formats a location as file and line: {@code site.conf:12}. */
    public static String location(ConfigOrigin origin) {
        return file(origin) + (line(origin) > 0 ? ":" + line(origin) : "");
    }

    private static String file(ConfigOrigin origin) {
        return origin.filename() == null ? origin.description() : shortName(origin.filename());
    }

    private static int line(ConfigOrigin origin) {
        return origin.filename() == null ? 0 : Math.max(0, origin.lineNumber());
    }

    private static String shortName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Adds the errors of an exception. */
    public void addAll(ConfigurationException others) {
        others.errors().forEach(text -> errors.add(new Entry("", 0, text)));
    }

    /** Adds the warnings of another collection. */
    public void addWarnings(ConfigErrors others) {
        warnings.addAll(others.warnings);
    }

    /** Returns a similar name as {@code (did you mean routes?)}, or the list of known names. */
    public static String suggestion(String given, Collection<String> known) {
        Optional<String> near = nearest(given, known);
        if (near.isPresent()) {
            return "(did you mean " + near.get() + "?)";
        }
        return known.isEmpty()
                ? "(expected: none)"
                : "(expected: " + String.join(", ", known.stream().sorted().toList()) + ")";
    }

    /** Returns the most similar name, or else the shortest that shares a word. */
    private static Optional<String> nearest(String given, Collection<String> known) {
        return known.stream()
                .filter(name -> isSimilar(given, name))
                .min(Comparator.comparing((String name) -> distance(given, name))
                        .thenComparing(Comparator.naturalOrder()))
                .or(() -> known.stream()
                        .filter(name -> sharesWord(given, name))
                        .min(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder())));
    }

    private static boolean isSimilar(String given, String name) {
        return distance(given, name) <= Math.max(1, Math.min(given.length(), name.length()) / 3);
    }

    /** Reports whether a word between hyphens is similar: {@code loops} and {@code event-loops}. */
    private static boolean sharesWord(String given, String name) {
        return Arrays.stream(name.split("-"))
                .filter(word -> word.length() >= MIN_SHARED_WORD)
                .anyMatch(word -> Arrays.stream(given.toLowerCase(Locale.ROOT).split("[-_]"))
                        .anyMatch(part -> part.length() >= MIN_SHARED_WORD && distance(part, word) <= 1));
    }

    /** Computes the Damerau-Levenshtein distance: insertions, deletions, substitutions and transpositions. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }

    /** Returns the errors in the order of the file, one line each. */
    public List<String> lines() {
        return lines(errors);
    }

    /** Returns the warnings in the order of the file, one line each. */
    public List<String> warnings() {
        return lines(warnings);
    }

    private static List<String> lines(Set<Entry> problems) {
        return problems.stream()
                .sorted(Comparator.comparing(Entry::file).thenComparing(Entry::line))
                .map(Entry::text)
                .toList();
    }

    /** Reports whether there are no errors. */
    public boolean isEmpty() {
        return errors.isEmpty();
    }

    /** Returns the number of errors. */
    int count() {
        return errors.size();
    }

    /** Throws a {@link ConfigurationException} with all errors, if any. */
    public void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new ConfigurationException(lines(), warnings());
        }
    }
}

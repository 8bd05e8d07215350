package dev.sprocket.plugin;

import com.typesafe.config.ConfigOrigin;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with a configuration: all of it at once, a line each, with file and line. Not thread-safe. */
public final class ConfigErrors {
    private record Problem(String file, int line, String text) {}

    private final Set<Problem> found = new LinkedHashSet<>();
    private final Set<Problem> warned = new LinkedHashSet<>();

    /** Adds one: {@code site.conf: 12: layer ws: unknown key …}. */
    public void add(ConfigOrigin at, String what) {
        found.add(problem(at, what));
    }

    /** Adds a warning: the server starts, but is perhaps not what its operator wants. */
    public void warn(ConfigOrigin at, String what) {
        warned.add(problem(at, what));
    }

    private static Problem problem(ConfigOrigin at, String what) {
        return new Problem(file(at), line(at), place(at) + ": " + what);
    }

    /** File and line: {@code site.conf:12}. */
    public static String place(ConfigOrigin at) {
        return file(at) + (line(at) > 0 ? ":" + line(at) : "");
    }

    private static String file(ConfigOrigin at) {
        return at.filename() == null ? at.description() : shortName(at.filename());
    }

    private static int line(ConfigOrigin at) {
        return at.filename() == null ? 0 : Math.max(0, at.lineNumber());
    }

    private static String shortName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Adds what was found elsewhere. */
    public void addAll(ConfigurationException others) {
        others.problems().forEach(text -> found.add(new Problem("", 0, text)));
    }

    /** {@code (did you mean "routes"?)}, or all that there is. */
    public static String expected(String given, Collection<String> known) {
        List<String> near = known.stream()
                .filter(name -> distance(given, name) <= Math.max(1, Math.min(given.length(), name.length()) / 3))
                .sorted((a, b) -> Integer.compare(distance(given, a), distance(given, b)))
                .toList();
        if (!near.isEmpty()) {
            return "(did you mean " + near.get(0) + "?)";
        }
        return known.isEmpty()
                ? "(expected: none)"
                : "(expected: " + String.join(", ", known.stream().sorted().toList()) + ")";
    }

    /** How many letters one must add, drop, change or swap with their neighbour (Damerau and Levenshtein). */
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

    /** In the order of the file, a line each. */
    public List<String> lines() {
        return lines(found);
    }

    /** The warnings in the order of the file, a line each. */
    public List<String> warnings() {
        return lines(warned);
    }

    private static List<String> lines(Set<Problem> problems) {
        return problems.stream()
                .sorted(Comparator.comparing(Problem::file).thenComparing(Problem::line))
                .map(Problem::text)
                .toList();
    }

    /** Whether nothing is wrong. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** How many there are. */
    int count() {
        return found.size();
    }

    /** Throws a {@link ConfigurationException} with all of them, if there are any. */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new ConfigurationException(lines());
        }
    }
}

package dev.sprocket.faultlab.history;

import dev.sprocket.faultlab.history.Violation.Promise;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Violations and counters while a history is checked. Not thread-safe. */
final class Findings {
    /** Largest number of violations of one promise that are kept. */
    private static final int MAX_KEPT = 20;

    private final Map<Promise, List<Violation>> violations = new EnumMap<>(Promise.class);
    private final Map<String, Long> counts = new TreeMap<>();

    void add(Promise promise, String detail) {
        count("violations " + promise, 1);
        List<Violation> kept = violations.computeIfAbsent(promise, first -> new ArrayList<>());
        if (kept.size() < MAX_KEPT) {
            kept.add(new Violation(promise, detail));
        }
    }

    void count(String name, long more) {
        counts.merge(name, more, Long::sum);
    }

    void max(String name, long value) {
        counts.merge(name, value, Math::max);
    }

    Verdict verdict() {
        List<Violation> all = new ArrayList<>();
        violations.values().forEach(all::addAll);
        return new Verdict(all, counts);
    }
}

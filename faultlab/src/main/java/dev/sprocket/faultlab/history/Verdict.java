package dev.sprocket.faultlab.history;

import com.google.errorprone.annotations.Immutable;
import java.util.List;
import java.util.Map;

/**
 * Result of the checker.
 *
 * @param violations broken promises
 * @param counts counters by name, in order
 */
@Immutable
@SuppressWarnings("Immutable") // copies
public record Verdict(List<Violation> violations, Map<String, Long> counts) {
    /** Returns true if no promise was broken. */
    public boolean isKept() {
        return violations.isEmpty();
    }

    /** Returns a counter; 0 if it is unknown. */
    public long count(String name) {
        return counts.getOrDefault(name, 0L);
    }
}

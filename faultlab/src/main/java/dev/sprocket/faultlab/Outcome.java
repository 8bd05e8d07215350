package dev.sprocket.faultlab;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.faultlab.history.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Result of a scenario.
 *
 * @param verdict null if it did not run to its end
 * @param problem why it did not; null otherwise
 * @param leftOut true if it cannot run here
 */
@Immutable
@SuppressWarnings("Immutable") // a verdict with copies
record Outcome(String scenario, @Nullable Verdict verdict, @Nullable String problem, boolean leftOut) {
    /** Returns true if no promise was broken. */
    boolean isKept() {
        return leftOut || (verdict != null && verdict.isKept());
    }

    /** Returns a line of the table in Markdown. */
    String row() {
        if (verdict == null) {
            return "| " + scenario + " | " + (leftOut ? "left out" : "failed") + ": " + problem + " | | | | |";
        }
        List<String> others = new ArrayList<>();
        for (Map.Entry<String, Long> count : verdict.counts().entrySet()) {
            if (count.getKey().startsWith("gaps told where") || count.getKey().startsWith("order across")) {
                others.add(count.getValue() + " " + count.getKey());
            }
        }
        return String.join(
                " | ",
                "| " + scenario,
                verdict.isKept()
                        ? "kept"
                        : "**broken**: " + verdict.violations().size(),
                verdict.count("sent, acknowledged") + " of " + verdict.count("sent"),
                Long.toString(verdict.count("heard")),
                verdict.count("gaps told") + (others.isEmpty() ? "" : " (" + String.join(", ", others) + ")"),
                String.format(java.util.Locale.ROOT, "%.1f s |", verdict.count("longest healing, ms") / 1000.0));
    }
}

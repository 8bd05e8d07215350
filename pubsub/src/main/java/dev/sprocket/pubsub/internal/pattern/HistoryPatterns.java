package dev.sprocket.pubsub.internal.pattern;

import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.function.Function;

/** Settings of topics that know which patterns may match a topic with a history. */
@FunctionalInterface
public interface HistoryPatterns {
    /** Reports whether a topic that matches a pattern may have a history; must be fast. */
    boolean mayKeep(MatchPolicy match, String pattern);

    /**
     * Reports whether a topic that matches a pattern may have a history.
     *
     * @param settings function that returns the settings of a topic; true if it does not know its patterns
     */
    static boolean mayKeep(Function<String, ?> settings, MatchPolicy match, String pattern) {
        return !(settings instanceof HistoryPatterns known) || known.mayKeep(match, pattern);
    }
}

package dev.sprocket.cluster.internal.pattern;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Topics whose events this node may have missed, until the subscribers of patterns are told.
 *
 * <p>Confined to the executor of the node.
 */
final class MissedTopics {
    /** Number of topics that are remembered; beyond it, all topics are concerned. */
    static final int MAX_TOPICS = 64;

    private final Set<String> topics = new HashSet<>();
    private boolean all;

    boolean isEmpty() {
        return !all && topics.isEmpty();
    }

    /** Adds a topic; null for all. */
    void add(@Nullable String topic) {
        if (topic == null || (topics.size() == MAX_TOPICS && !topics.contains(topic))) {
            all = true;
            topics.clear();
        } else if (!all) {
            topics.add(topic);
        }
    }

    /** Reports whether a pattern matches one of the topics. */
    boolean concern(PatternEntry entry) {
        return all || topics.stream().anyMatch(topic -> entry.match().matches(entry.pattern(), topic));
    }

    void clear() {
        all = false;
        topics.clear();
    }
}

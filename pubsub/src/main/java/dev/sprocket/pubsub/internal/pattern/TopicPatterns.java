package dev.sprocket.pubsub.internal.pattern;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names and prefixes of topics to which a permission applies.
 *
 * <p>A pattern is a topic name, or a prefix followed by a star, such as {@code blog.*}; {@code *} matches every topic.
 */
@ThreadSafe
public final class TopicPatterns {
    /** Matches every topic. */
    public static final TopicPatterns ALL = of("*");

    private final List<String> patterns;
    private final Set<String> exact;
    private final List<String> prefixes;

    private TopicPatterns(Collection<String> patterns) {
        this.patterns = List.copyOf(patterns);
        this.exact = patterns.stream().filter(pattern -> !pattern.endsWith("*")).collect(Collectors.toSet());
        this.prefixes = patterns.stream()
                .filter(pattern -> pattern.endsWith("*"))
                .map(pattern -> pattern.substring(0, pattern.length() - 1))
                .toList();
    }

    /**
     * Creates topic patterns from an array.
     *
     * @throws IllegalArgumentException if a pattern is empty or has a star before its end
     */
    public static TopicPatterns of(String... patterns) {
        return of(List.of(patterns));
    }

    /**
     * Creates topic patterns from a collection.
     *
     * @throws IllegalArgumentException if a pattern is empty or has a star before its end
     */
    public static TopicPatterns of(Collection<String> patterns) {
        for (String pattern : patterns) {
            int star = pattern.indexOf('*');
            if (pattern.isEmpty() || (star >= 0 && star < pattern.length() - 1)) {
                throw new IllegalArgumentException(
                        "topic pattern: '" + pattern + "' (expected: a name, or a prefix and *)");
            }
        }
        return new TopicPatterns(patterns);
    }

    /** Reports whether a topic matches one of the patterns. */
    public boolean allows(String topic) {
        if (exact.contains(topic)) {
            return true;
        }
        for (String prefix : prefixes) {
            if (topic.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Reports whether all topics that begin with a prefix are allowed. */
    public boolean allowsAll(String prefix) {
        return prefixes.stream().anyMatch(prefix::startsWith);
    }

    /** Reports whether some topics that begin with a prefix are allowed. */
    public boolean allowsAny(String prefix) {
        return allowsAll(prefix)
                || prefixes.stream().anyMatch(allowed -> allowed.startsWith(prefix))
                || exact.stream().anyMatch(name -> name.startsWith(prefix));
    }

    /** Returns the patterns as a list, or {@code none}. */
    @Override
    public String toString() {
        return patterns.isEmpty() ? "none" : String.join(", ", patterns);
    }
}

package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which topics somebody may use: each by its name, or all whose names begin so, as {@code blog.*}; {@code *} is every topic.
 */
@ThreadSafe
public final class TopicPatterns {
    /** Every topic. */
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

    /** These topics and no others. Throws {@link IllegalArgumentException} if a pattern is empty, or has a star before its end. */
    public static TopicPatterns of(String... patterns) {
        return of(List.of(patterns));
    }

    /** As above. */
    public static TopicPatterns of(Collection<String> patterns) {
        for (String pattern : patterns) {
            int star = pattern.indexOf('*');
            if (pattern.isEmpty() || (star >= 0 && star < pattern.length() - 1)) {
                throw new IllegalArgumentException(
                        "topic pattern: '" + pattern + "' (expected: a name, or its beginning and *)");
            }
        }
        return new TopicPatterns(patterns);
    }

    /** Whether the topic may be used. */
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

    /** Whether all topics may be used whose names begin so. */
    public boolean allowsAll(String beginning) {
        return prefixes.stream().anyMatch(beginning::startsWith);
    }

    /** Whether any topic may be used whose name begins so. */
    public boolean allowsAny(String beginning) {
        return allowsAll(beginning)
                || prefixes.stream().anyMatch(prefix -> prefix.startsWith(beginning))
                || exact.stream().anyMatch(name -> name.startsWith(beginning));
    }

    /** The patterns. */
    @Override
    public String toString() {
        return patterns.isEmpty() ? "none" : String.join(", ", patterns);
    }
}

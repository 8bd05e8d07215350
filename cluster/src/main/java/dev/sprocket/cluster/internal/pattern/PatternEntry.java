package dev.sprocket.cluster.internal.pattern;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Pattern as an entry of the directory.
 *
 * <p>Its key is {@code p:} and a prefix, or {@code w:} and a wildcard.
 *
 * @param match match policy, not exact
 * @param pattern text of the pattern
 */
@Immutable
public record PatternEntry(MatchPolicy match, String pattern) {
    private static final String PREFIX = "p:";
    private static final String WILDCARD = "w:";

    /** Reads the key of an entry; returns null if it is not a pattern. */
    public static @Nullable PatternEntry of(String key) {
        if (key.startsWith(PREFIX)) {
            return new PatternEntry(MatchPolicy.PREFIX, key.substring(PREFIX.length()));
        }
        return key.startsWith(WILDCARD)
                ? new PatternEntry(MatchPolicy.WILDCARD, key.substring(WILDCARD.length()))
                : null;
    }

    /** Returns the key of the entry. */
    public String key() {
        return (match == MatchPolicy.PREFIX ? PREFIX : WILDCARD) + pattern;
    }
}

package dev.sprocket.pubsub.internal.pattern;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the most specific pattern for a name, in a compressed trie.
 *
 * <p>At the first difference of two patterns from the left, the more specific one has a literal where the other one has
 * a hole or the star, or a hole where the other one has the star. The time of a search does not depend on the number of
 * patterns, but on those that share a beginning with the name.
 *
 * @param <V> type of the values
 */
@ThreadSafe
public final class NamePatterns<V> {
    /** Patterns that match some names with a common beginning. */
    public static final class Overlap<V> {
        private final Set<V> values = new LinkedHashSet<>();
        private @Nullable V cover;

        /** Returns the values of the patterns. */
        public Set<V> values() {
            return values;
        }

        /**
         * Returns the value of a pattern that matches all of them; null if none.
         *
         * <p>The beginning by itself counts as matched, though a star matches no empty rest.
         */
        public @Nullable V cover() {
            return cover;
        }

        private void add(@Nullable V value) {
            if (value != null) {
                values.add(value);
            }
        }

        private void addCover(@Nullable V value) {
            add(value);
            cover = cover == null ? value : cover;
        }

        private void addAll(PatternNode<V> node) {
            add(node.end);
            add(node.star);
            if (node.hole != null) {
                addAll(node.hole);
            }
            for (PatternNode<V> literal : node.literals()) {
                addAll(literal);
            }
        }
    }

    private final PatternNode<V> root = new PatternNode<>("");

    /**
     * Creates a trie.
     *
     * @param values values by pattern, whose {@linkplain NamePattern#shape shapes} are different
     */
    public NamePatterns(Map<NamePattern, ? extends V> values) {
        values.forEach((pattern, value) -> {
            PatternNode<V> node = root;
            for (String part : pattern.parts()) {
                node = NamePattern.isHole(part) ? node.descendHole() : node.descend(part);
            }
            if (pattern.hasStar()) {
                node.star = value;
            } else {
                node.end = value;
            }
        });
    }

    /** Returns the value of the most specific match; null if there is none. */
    public @Nullable V bestMatch(String name) {
        return bestMatch(root, name, 0);
    }

    private static <V> @Nullable V bestMatch(PatternNode<V> node, String name, int at) {
        if (at == name.length()) {
            return node.end;
        }
        PatternNode<V> literal = node.literal(name.charAt(at));
        if (literal != null && name.startsWith(literal.label(), at)) {
            V found = bestMatch(literal, name, at + literal.label().length());
            if (found != null) {
                return found;
            }
        }
        if (node.hole != null) {
            int end = NamePattern.endOfComponent(name, at);
            V found = end == at ? null : bestMatch(node.hole, name, end);
            if (found != null) {
                return found;
            }
        }
        return node.star;
    }

    /** Returns the value of the pattern of a name and a star; null if none. */
    public @Nullable V starAfter(String name) {
        Overlap<V> overlap = new Overlap<>();
        collect(root, name, 0, overlap, true);
        return overlap.cover;
    }

    /** Returns the patterns that match some names with a common beginning. */
    public Overlap<V> overlap(String beginning) {
        Overlap<V> overlap = new Overlap<>();
        collect(root, beginning, 0, overlap, false);
        return overlap;
    }

    private static <V> void collect(
            PatternNode<V> node, String beginning, int at, Overlap<V> overlap, boolean onlyStarAfter) {
        if (at == beginning.length()) {
            overlap.addCover(node.star);
            if (!onlyStarAfter) {
                overlap.addAll(node);
            }
            return;
        }
        PatternNode<V> literal = node.literal(beginning.charAt(at));
        if (literal != null) {
            int end = at + literal.label().length();
            if (beginning.startsWith(literal.label(), at)) {
                collect(literal, beginning, end, overlap, onlyStarAfter);
            } else if (!onlyStarAfter
                    && end > beginning.length()
                    && beginning.regionMatches(at, literal.label(), 0, beginning.length() - at)) {
                overlap.addAll(literal);
            }
        }
        if (node.hole != null) {
            int end = NamePattern.endOfComponent(beginning, at);
            if (end > at && end < beginning.length()) {
                collect(node.hole, beginning, end, overlap, onlyStarAfter);
            } else if (end > at && !onlyStarAfter) {
                overlap.addAll(node.hole);
            }
        }
        if (!onlyStarAfter) {
            overlap.addCover(node.star);
        }
    }
}

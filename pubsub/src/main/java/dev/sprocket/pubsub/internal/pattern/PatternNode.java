package dev.sprocket.pubsub.internal.pattern;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Node of {@link NamePatterns}: a literal text, and what may follow it.
 *
 * <p>Not thread-safe while it is built.
 */
final class PatternNode<V> {
    private String label;
    private char[] firsts = {};
    /** Nodes of the next literals, sorted by their first characters. */
    private PatternNode<V>[] literals = nodes(0);

    /** Node after one component. */
    @Nullable
    PatternNode<V> hole;

    /** Value of the pattern that ends here. */
    @Nullable
    V end;

    /** Value of the pattern with a star here. */
    @Nullable
    V star;

    PatternNode(String label) {
        this.label = label;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <V> PatternNode<V>[] nodes(int size) {
        return new PatternNode[size];
    }

    /** Returns the literal text of this node, which follows that of its parent. */
    String label() {
        return label;
    }

    /** Returns the nodes of the next literals. */
    PatternNode<V>[] literals() {
        return literals;
    }

    /** Returns the node of the next literal that begins with a character. */
    @Nullable
    PatternNode<V> literal(char first) {
        int found = Arrays.binarySearch(firsts, first);
        return found < 0 ? null : literals[found];
    }

    /** Returns the node after one component, and creates it. */
    PatternNode<V> descendHole() {
        PatternNode<V> existing = hole;
        if (existing == null) {
            existing = new PatternNode<>("");
            hole = existing;
        }
        return existing;
    }

    /** Returns the node at the end of a literal below this one, and creates it. */
    PatternNode<V> descend(String text) {
        if (text.isEmpty()) {
            return this;
        }
        int found = Arrays.binarySearch(firsts, text.charAt(0));
        if (found < 0) {
            PatternNode<V> created = new PatternNode<>(text);
            insert(-found - 1, created);
            return created;
        }
        PatternNode<V> child = literals[found];
        int common = 1;
        int longest = Math.min(text.length(), child.label.length());
        while (common < longest && text.charAt(common) == child.label.charAt(common)) {
            common++;
        }
        if (common < child.label.length()) {
            PatternNode<V> middle = new PatternNode<>(text.substring(0, common));
            child.label = child.label.substring(common);
            middle.insert(0, child);
            literals[found] = middle;
            child = middle;
        }
        return child.descend(text.substring(common));
    }

    private void insert(int position, PatternNode<V> node) {
        PatternNode<V>[] longer = nodes(literals.length + 1);
        char[] longerFirsts = new char[longer.length];
        for (int i = 0; i < longer.length; i++) {
            longer[i] = i == position ? node : literals[i < position ? i : i - 1];
            longerFirsts[i] = longer[i].label.charAt(0);
        }
        literals = longer;
        firsts = longerFirsts;
    }
}

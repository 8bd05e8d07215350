package dev.sprocket.pubsub.internal.pattern;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.Surrogates;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pattern of names of topics or procedures in a rule.
 *
 * <p>A star at the end matches any rest that is not empty. A hole such as {@code {user}} matches one whole component:
 * a run without {@code .}, {@code /}, {@code #} and {@code :}. Everything else is literal.
 */
@ThreadSafe
public final class NamePattern {
    private static final String SEPARATORS = "./#:";

    private final String text;
    /** Literals, and holes as their names between braces. */
    private final List<String> parts;

    private final boolean star;
    private final int minLength;

    private NamePattern(String text, List<String> parts, boolean star) {
        this.text = text;
        this.parts = List.copyOf(parts);
        this.star = star;
        this.minLength = parts.stream()
                        .mapToInt(part -> isHole(part) ? 1 : part.length())
                        .sum()
                + (star ? 1 : 0);
    }

    /**
     * Parses a pattern.
     *
     * @throws IllegalArgumentException if the pattern is invalid; the message contains the column
     */
    public static NamePattern parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty pattern (expected: a name, such as news.* or user.{user})");
        }
        if (!Surrogates.arePaired(text)) {
            throw new IllegalArgumentException("pattern with an unpaired surrogate (expected: valid Unicode)");
        }
        List<String> parts = new ArrayList<>();
        Set<String> holes = new HashSet<>();
        int from = 0;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '*' && at < text.length() - 1) {
                throw invalid(text, at, "'*' is not at the end (expected: {name} for one component)");
            }
            if (c == '*') {
                break;
            }
            if (c == '}') {
                throw invalid(text, at, "'}' without '{'");
            }
            if (c == '{') {
                int end = endOfHole(text, at);
                if (!holes.add(text.substring(at, end))) {
                    throw invalid(text, at, "a second " + text.substring(at, end) + " (expected: another name)");
                }
                if (at > from) {
                    parts.add(text.substring(from, at));
                }
                parts.add(text.substring(at, end));
                from = end;
                at = end;
            } else {
                at++;
            }
        }
        if (at > from) {
            parts.add(text.substring(from, at));
        }
        return new NamePattern(text, parts, at < text.length());
    }

    /** Checks a hole and returns the position after it. */
    private static int endOfHole(String text, int at) {
        int end = text.indexOf('}', at) + 1;
        if (end == 0) {
            throw invalid(text, at, "'{' without '}'");
        }
        String name = text.substring(at + 1, end - 1);
        if (name.isEmpty() || !name.chars().allMatch(NamePattern::isHoleName)) {
            throw invalid(text, at, "hole '{" + name + "}' (expected: letters, digits, - or _ between the braces)");
        }
        if (at > 0 && !isSeparator(text.charAt(at - 1))) {
            throw invalid(text, at, "a hole is a whole component (expected: one of . / # : before '{')");
        }
        if (end < text.length() && !isSeparator(text.charAt(end))) {
            throw invalid(text, end, "a hole is a whole component (expected: one of . / # : after '}')");
        }
        return end;
    }

    private static IllegalArgumentException invalid(String text, int at, String problem) {
        return new IllegalArgumentException("pattern \"" + text + "\", column " + (at + 1) + ": " + problem);
    }

    private static boolean isHoleName(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    /** Reports whether a character ends a component. */
    static boolean isSeparator(char c) {
        return SEPARATORS.indexOf(c) >= 0;
    }

    /** Returns the end of the component that begins at a position. */
    static int endOfComponent(String name, int from) {
        int end = from;
        while (end < name.length() && !isSeparator(name.charAt(end))) {
            end++;
        }
        return end;
    }

    static boolean isHole(String part) {
        return part.charAt(0) == '{';
    }

    List<String> parts() {
        return parts;
    }

    /** Reports whether the pattern ends with a star. */
    public boolean hasStar() {
        return star;
    }

    /** Returns the length of the shortest name that the pattern matches. */
    public int minLength() {
        return minLength;
    }

    /** Returns the literal at the beginning, before the first hole or star. */
    public String literalPrefix() {
        return parts.isEmpty() || isHole(parts.get(0)) ? "" : parts.get(0);
    }

    /** Reports whether the pattern has a hole of a name. */
    public boolean hasHole(String name) {
        return parts.contains("{" + name + "}");
    }

    /**
     * Returns the component in a hole; null if it is not determined.
     *
     * @param name a name that this pattern matches, or the beginning of such names
     * @param isWhole false for a beginning: a component at its end may be longer
     */
    public @Nullable String component(String hole, String name, boolean isWhole) {
        int at = 0;
        for (String part : parts) {
            if (at >= name.length()) {
                return null;
            }
            if (isHole(part)) {
                int end = endOfComponent(name, at);
                if (part.length() == hole.length() + 2 && part.startsWith(hole, 1)) {
                    return isWhole || end < name.length() ? name.substring(at, end) : null;
                }
                at = end;
            } else {
                at += part.length();
            }
        }
        return null;
    }

    /**
     * Returns the text without the names of the holes.
     *
     * <p>Patterns of one shape match the same names.
     */
    public String shape() {
        StringBuilder shape = new StringBuilder();
        parts.forEach(part -> shape.append(isHole(part) ? "{}" : part));
        return shape.append(star ? "*" : "").toString();
    }

    @Override
    public String toString() {
        return text;
    }
}

package dev.sprocket.core.internal.text;

import com.google.errorprone.annotations.ThreadSafe;
import org.jspecify.annotations.Nullable;

/**
 * Escapes text from peers for logs, terminals and error messages.
 *
 * <p>Control characters (C0, DEL, C1), line and paragraph separators, invisible format characters such as bidirectional
 * controls, and unpaired surrogates become {@code \}{@code uXXXX}. One log event stays one line, and no text can
 * control a terminal. Escaped JSON keeps its meaning, because these characters occur only inside its strings.
 */
@ThreadSafe
public final class SafeText {
    /** Characters that {@link #excerpt(String)} keeps: 200. */
    public static final int EXCERPT = 200;

    private SafeText() {}

    /** Escapes a text of any length. Returns the same instance if there is nothing to escape. */
    public static String escape(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (!isSafe(c)) {
                return escape(text, i);
            }
            i += Character.charCount(c);
        }
        return text;
    }

    private static String escape(String text, int from) {
        StringBuilder safe = new StringBuilder(text.length() + 16).append(text, 0, from);
        for (int i = from; i < text.length(); ) {
            int c = text.codePointAt(i);
            int next = i + Character.charCount(c);
            if (isSafe(c)) {
                safe.appendCodePoint(c);
            } else {
                for (; i < next; i++) {
                    append(safe, text.charAt(i));
                }
            }
            i = next;
        }
        return safe.toString();
    }

    private static void append(StringBuilder safe, char unit) {
        safe.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            safe.append(Character.forDigit(unit >> shift & 0xf, 16));
        }
    }

    /** Escapes the first 200 characters of a text. Appends the length of a longer text. */
    public static String excerpt(String text) {
        return excerpt(text, EXCERPT);
    }

    /**
     * Escapes the beginning of a text. Appends the length of a text that is longer than {@code maxLength} characters.
     */
    public static String excerpt(String text, int maxLength) {
        if (text.length() <= maxLength) {
            return escape(text);
        }
        int end = Character.isHighSurrogate(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
        return escape(text.substring(0, end)) + "… (" + text.length() + " characters)";
    }

    /**
     * Formats a value of a {@code key=value} pair in a log line.
     *
     * <p>Escapes it like {@link #escape(String)}. Empty values and those with spaces or quotation marks are quoted, and
     * quotation marks inside become {@code \"}; backslashes before a quotation mark are doubled.
     */
    public static String value(@Nullable Object value) {
        String text = escape(String.valueOf(value));
        boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> c == '"' || Character.isSpaceChar(c));
        return plain ? text : '"' + escapeQuotes(text) + '"';
    }

    /** Escapes the quotation marks of a text, and the backslashes before them. */
    public static String escapeQuotes(String text) {
        if (text.indexOf('"') < 0 && !text.endsWith("\\")) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 8);
        int backslashes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                safe.append("\\".repeat(backslashes + 1));
            }
            backslashes = c == '\\' ? backslashes + 1 : 0;
            safe.append(c);
        }
        return safe.append("\\".repeat(backslashes)).toString();
    }

    /**
     * Shortens an escaped text. A text in quotation marks stays in quotation marks.
     *
     * @param maxLength characters that are kept, beside an ellipsis
     */
    public static String shorten(String escaped, int maxLength) {
        if (escaped.length() <= maxLength) {
            return escaped;
        }
        boolean quoted = escaped.startsWith("\"") && escaped.endsWith("\"");
        int end = maxLength;
        while (end > 0 && (escaped.charAt(end - 1) == '\\' || Character.isHighSurrogate(escaped.charAt(end - 1)))) {
            end--; // an escape sequence, or the first half of a character
        }
        return escaped.substring(0, end) + (quoted ? "…\"" : "…");
    }

    private static boolean isSafe(int c) {
        if (c < 0x7f) {
            return c >= ' ';
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}

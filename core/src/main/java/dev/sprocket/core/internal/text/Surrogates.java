package dev.sprocket.core.internal.text;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Checks text for unpaired surrogates, which UTF-8 cannot encode.
 *
 * <p>Java's encoders replace each with {@code ?}, so that two different names become equal. Names with unpaired
 * surrogates are rejected; in payloads each is replaced with U+FFFD, the replacement character.
 */
@ThreadSafe
public final class Surrogates {
    private static final char REPLACEMENT = '\uFFFD';

    private Surrogates() {}

    /** Reports whether all surrogates are paired. */
    public static boolean arePaired(CharSequence text) {
        return unpaired(text, 0) < 0;
    }

    /** Replaces each unpaired surrogate with U+FFFD. */
    public static String replaceUnpaired(String text) {
        int at = unpaired(text, 0);
        if (at < 0) {
            return text;
        }
        StringBuilder replaced = new StringBuilder(text);
        for (; at >= 0; at = unpaired(text, at + 1)) {
            replaced.setCharAt(at, REPLACEMENT);
        }
        return replaced.toString();
    }

    private static int unpaired(CharSequence text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            boolean paired = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (!paired) {
                return i;
            }
            i++;
        }
        return -1;
    }
}

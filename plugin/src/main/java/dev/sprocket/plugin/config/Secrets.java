package dev.sprocket.plugin.config;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads secrets of a configuration and rejects unresolved variable references. */
@ThreadSafe
final class Secrets {
    /** Substitution of HOCON, which is literal text inside quotes. */
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{\\??\\s*([A-Za-z_][\\w.-]*)[^}]*}");
    /** Variables of shells, Windows and template engines. */
    private static final Pattern FOREIGN =
            Pattern.compile("\\$\\{[^}]*}|\\{\\{.*}}|^\\$[A-Za-z_]\\w*$|^\\$\\(.*\\)$|^%\\w+%$", Pattern.DOTALL);

    private Secrets() {}

    /**
     * Reads a secret.
     *
     * @throws IllegalArgumentException if it is empty or an unresolved reference; the message omits the value
     */
    static String read(ConfigValue value) {
        String text = Option.readString(value);
        if (text.isBlank()) {
            throw new IllegalArgumentException("empty (expected: a secret)");
        }
        if (FOREIGN.matcher(text).find()) {
            throw new IllegalArgumentException("unresolved variable reference (expected: ${NAME} without quotes)");
        }
        return text;
    }

    /** Throws {@link IllegalArgumentException} if a string contains a literal HOCON substitution. */
    static void rejectReference(String text) {
        Matcher reference = REFERENCE.matcher(text);
        if (reference.find()) {
            String name = reference.group(1);
            throw new IllegalArgumentException(
                    "${" + name + "} in quotes is literal text (expected: ${" + name + "} without quotes)");
        }
    }
}

package dev.sprocket.plugin;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads secrets of a configuration, and refuses references to variables that nobody resolved.
 */
@ThreadSafe
final class Secrets {
    /** HOCON's own, which in quotes is literal text. */
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{\\??\\s*([A-Za-z_][\\w.-]*)[^}]*}");
    /** What shells, Windows and templates would have resolved. */
    private static final Pattern FOREIGN =
            Pattern.compile("\\$\\{[^}]*}|\\{\\{.*}}|^\\$[A-Za-z_]\\w*$|^\\$\\(.*\\)$|^%\\w+%$", Pattern.DOTALL);

    private Secrets() {}

    /** Throws {@link IllegalArgumentException}, without the secret, if it cannot be one. */
    static String read(ConfigValue value) {
        String text = Option.string(value);
        if (text.isBlank()) {
            throw new IllegalArgumentException("empty (expected: a secret)");
        }
        if (FOREIGN.matcher(text).find()) {
            throw new IllegalArgumentException(
                    "reference to a variable that was not resolved (expected: ${NAME} without quotes)");
        }
        return text;
    }

    /** Throws {@link IllegalArgumentException} if a text holds a substitution of HOCON as literal text. */
    static void refuseReference(String text) {
        Matcher reference = REFERENCE.matcher(text);
        if (reference.find()) {
            String name = reference.group(1);
            throw new IllegalArgumentException(
                    "${" + name + "} in quotes is literal text (expected: ${" + name + "} without quotes)");
        }
    }
}

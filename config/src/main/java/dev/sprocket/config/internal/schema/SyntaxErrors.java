package dev.sprocket.config.internal.schema;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigException;
import dev.sprocket.core.internal.text.ParserErrors;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Messages for files that are no HOCON. */
@ThreadSafe
public final class SyntaxErrors {
    private static final Pattern ROLES = Pattern.compile("string\\(\"role ?\"\\) and array\\(\\[(.*?)]\\)");
    private static final Pattern UNQUOTED =
            Pattern.compile("two adjacent period|[Rr]eserved character '\\*'|not allowed outside quotes");

    private SyntaxErrors() {}

    /** Returns the message of an error, as {@code file:line: message}. */
    public static String text(ConfigException e) {
        String text = ParserErrors.text(e)
                .replaceAll("\\s*\\R\\s*", " ")
                .replaceFirst(" Trace: \\[.*", "")
                .replaceFirst("^(?:[^:]*/)?([^:/]+): (\\d+): *", "$1:$2: ");
        Matcher roles = ROLES.matcher(text);
        if (roles.find()) {
            return text.replaceFirst(": .*", "") + ": role with a list (expected: "
                    + Arrays.stream(roles.group(1).replace("\"", "").split(","))
                            .map(role -> "role " + role.strip())
                            .collect(Collectors.joining(", ", "[", "])"));
        }
        return UNQUOTED.matcher(text).find()
                ? text + "; a name such as \"news.*\" or \"room.{room}\" needs quotation marks"
                : text;
    }
}

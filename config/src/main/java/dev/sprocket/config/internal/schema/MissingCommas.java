package dev.sprocket.config.internal.schema;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigOriginFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds adjacent objects without a comma between them in a HOCON file.
 *
 * <p>HOCON merges such objects into one, so one of two routes would be lost.
 */
@ThreadSafe
public final class MissingCommas {
    /** Matches strings, comments, line breaks, and the end of an object followed by another object. */
    private static final Pattern TOKEN =
            Pattern.compile("\"\"\"[\\s\\S]*?\"\"\"+|\"(?:[^\"\\\\\\n]|\\\\.)*\"|(?://|#)[^\\n]*|\\n|(}[^\\S\\n]*\\{)");

    private static final Pattern INCLUDE =
            Pattern.compile("(?m)^[^\\S\\n]*include\\s+(?:required\\s*\\(\\s*)?(?:file\\s*\\(\\s*)?\"([^\"\\n]+)\"");

    private MissingCommas() {}

    /** Checks a file and its includes. */
    public static void check(Path file, ConfigErrors problems) {
        check(file, problems, new HashSet<>());
    }

    private static void check(Path file, ConfigErrors problems, Set<Path> seen) {
        if (!seen.add(file.toAbsolutePath().normalize())) {
            return;
        }
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            // the parser could read it, so it has another encoding; the parser reports its errors
            return;
        }
        Matcher include = INCLUDE.matcher(text);
        while (include.find()) {
            Path included = file.resolveSibling(include.group(1));
            if (Files.isRegularFile(included)) {
                check(included, problems, seen);
            }
        }
        int line = 1;
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            if (token.group(1) != null) {
                problems.add(
                        ConfigOriginFactory.newFile(file.toString()).withLineNumber(line),
                        "two objects without a comma between them are merged into one (expected: }, {)");
            }
            line += (int) token.group().chars().filter(c -> c == '\n').count();
        }
    }
}

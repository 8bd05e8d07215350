package dev.sprocket.app;

import com.typesafe.config.ConfigException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts errors of the HOCON parser into words without its class names. Threads: any; keeps no state. */
final class HoconError {
    private static final Pattern CLASS_NAME = Pattern.compile(
            "\\b(?:[a-z]\\w*\\.)+[A-Z]\\w*(?:\\$\\w+)*(?:@[0-9a-f]+)?|\\b(?:Config|Simple|Abstract)[A-Z]\\w*(?=\\()");
    private static final Pattern VALUE =
            Pattern.compile("(?:SimpleConfigObject|SimpleConfigList|Config[A-Z]\\w*)(\\(.*?\\))");

    private HoconError() {}

    /** On one line. */
    static String text(ConfigException e) {
        String message = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
        message = VALUE.matcher(message).replaceAll(value -> Matcher.quoteReplacement(value.group(1)));
        return CLASS_NAME.matcher(message).replaceAll("value").strip();
    }
}

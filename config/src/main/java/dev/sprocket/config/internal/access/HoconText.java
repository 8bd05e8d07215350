package dev.sprocket.config.internal.access;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Values and names as written in a file, for messages. */
@ThreadSafe
final class HoconText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_. -]*[A-Za-z0-9_])?");

    private HoconText() {}

    /** Returns a value, without quotation marks where HOCON needs none. */
    static String of(ConfigValue value) {
        if (value instanceof ConfigList list) {
            return list.stream().map(HoconText::of).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof ConfigObject object) {
            return object.entrySet().stream()
                    .map(entry -> word(entry.getKey()) + " = " + of(entry.getValue()))
                    .sorted()
                    .collect(Collectors.joining(", ", "{ ", " }"));
        }
        return word(String.valueOf(value.unwrapped()));
    }

    /** Returns a word, or several of them as a list. */
    static String words(Collection<String> words) {
        return words.size() == 1
                ? word(words.iterator().next())
                : words.stream().map(HoconText::word).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String word(String text) {
        return PLAIN.matcher(text).matches() ? text : name(text);
    }

    /** Returns the quoted name of a topic or procedure. */
    static String name(String text) {
        return ConfigUtil.quoteString(text);
    }
}

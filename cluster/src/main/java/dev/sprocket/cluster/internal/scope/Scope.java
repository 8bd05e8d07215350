package dev.sprocket.cluster.internal.scope;

import com.google.errorprone.annotations.Immutable;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Names of the topics of one scope in a cluster.
 *
 * <p>A topic of the scope {@code a.b} has the name {@code @a%2Eb.topic}: the scope is the first component, so
 * prefix and wildcard patterns are extended in the same way. Topics without a scope keep their names; a {@code @} at
 * their beginning is doubled.
 */
@Immutable
final class Scope {
    private static final char MARK = '@';
    private static final char SEPARATOR = '.';

    /** Beginning of all names; empty without a scope. */
    private final String prefix;

    private Scope(String prefix) {
        this.prefix = prefix;
    }

    /** Returns a scope; an empty name is no scope. */
    static Scope of(String name) {
        return new Scope(name.isEmpty() ? "" : MARK + encode(name) + SEPARATOR);
    }

    private static String encode(String name) {
        StringBuilder text = new StringBuilder();
        for (byte one : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (one >= 'a' && one <= 'z')
                    || (one >= 'A' && one <= 'Z')
                    || (one >= '0' && one <= '9')
                    || one == '-'
                    || one == '_';
            text.append(plain ? String.valueOf((char) one) : String.format(Locale.ROOT, "%%%02X", one));
        }
        return text.toString();
    }

    /** Returns the text with which names of the scope begin, by which scopes are compared. */
    String prefix() {
        return prefix;
    }

    /** Returns the name of a topic or pattern in the cluster. */
    String nameOf(String topic) {
        if (!prefix.isEmpty()) {
            return prefix + topic;
        }
        return isMarked(topic) ? MARK + topic : topic;
    }

    /** Returns the topic of a name; null if the name belongs to another scope. */
    @Nullable
    String topicOf(String name) {
        return prefixOf(name).equals(prefix) ? topic(name) : null;
    }

    /** Returns the prefix of the scope of a name in the cluster. */
    static String prefixOf(String name) {
        return isShared(name) ? "" : name.substring(0, name.indexOf(SEPARATOR) + 1);
    }

    /** Returns the topic of a name in the cluster. */
    static String topic(String name) {
        if (!isMarked(name)) {
            return name;
        }
        return isShared(name) ? name.substring(1) : name.substring(name.indexOf(SEPARATOR) + 1);
    }

    private static boolean isMarked(String name) {
        return !name.isEmpty() && name.charAt(0) == MARK;
    }

    private static boolean isShared(String name) {
        return !isMarked(name) || (name.length() > 1 && name.charAt(1) == MARK);
    }
}

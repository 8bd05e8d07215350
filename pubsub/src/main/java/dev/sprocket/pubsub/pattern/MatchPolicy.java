package dev.sprocket.pubsub.pattern;

import com.google.errorprone.annotations.ThreadSafe;

/** Comparison of the pattern of a subscription or registration with a name. */
@ThreadSafe
public enum MatchPolicy {
    /** The pattern equals the name. */
    EXACT,
    /** The name begins with the pattern, compared by characters. */
    PREFIX,
    /** The pattern equals the name, where an empty component (between dots) matches any single component. */
    WILDCARD;

    /** Returns the longest prefix that all matching names have in common. */
    public String literalPrefix(String pattern) {
        int empty = this == WILDCARD ? ("." + pattern + ".").indexOf("..") : -1;
        return empty < 0 ? pattern : pattern.substring(0, empty);
    }

    /** Reports whether a pattern matches a name. */
    public boolean matches(String pattern, String name) {
        return switch (this) {
            case EXACT -> pattern.equals(name);
            case PREFIX -> name.startsWith(pattern);
            case WILDCARD -> matches(pattern.split("\\.", -1), name.split("\\.", -1));
        };
    }

    private static boolean matches(String[] pattern, String[] name) {
        if (pattern.length != name.length) {
            return false;
        }
        for (int i = 0; i < pattern.length; i++) {
            if (!pattern[i].isEmpty() && !pattern[i].equals(name[i])) {
                return false;
            }
        }
        return true;
    }
}

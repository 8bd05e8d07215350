package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;

/** How the name under which something is kept stands for the names that are looked for. */
@ThreadSafe
public enum MatchPolicy {
    /** It is the name. */
    EXACT,
    /** It is how the name begins, character by character. */
    PREFIX,
    /** It is the name but for components (what stands between dots) that are empty, and stand for any one component. */
    WILDCARD;

    /** How all names begin that fit what is kept. */
    public String literalPrefix(String kept) {
        int empty = this == WILDCARD ? ("." + kept + ".").indexOf("..") : -1;
        return empty < 0 ? kept : kept.substring(0, empty);
    }

    /** Whether a name fits what is kept. */
    public boolean matches(String kept, String name) {
        return switch (this) {
            case EXACT -> kept.equals(name);
            case PREFIX -> name.startsWith(kept);
            case WILDCARD -> matches(kept.split("\\.", -1), name.split("\\.", -1));
        };
    }

    private static boolean matches(String[] kept, String[] name) {
        if (kept.length != name.length) {
            return false;
        }
        for (int i = 0; i < kept.length; i++) {
            if (!kept[i].isEmpty() && !kept[i].equals(name[i])) {
                return false;
            }
        }
        return true;
    }
}

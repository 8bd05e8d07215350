package dev.sprocket.wamp.internal.id;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;

/** Syntax of URIs in WAMP v2: components separated by dots. */
@ThreadSafe
public enum Uris {
    /** Components without white space and {@code #}. */
    LOOSE,
    /** Components of lower-case letters, digits and {@code _}. */
    STRICT;

    /** Reports whether a URI is valid, without empty components. */
    public boolean allows(String uri) {
        return allows(uri, MatchPolicy.EXACT);
    }

    /**
     * Reports whether a URI is valid for a match policy.
     *
     * <p>A wildcard may have empty components, a prefix may end with one.
     */
    public boolean allows(String uri, MatchPolicy match) {
        if (uri.isEmpty() || uri.length() > Topics.MAX_ID_LENGTH) {
            return false;
        }
        boolean empty = true;
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c == '.') {
                if (empty && match != MatchPolicy.WILDCARD) {
                    return false;
                }
                empty = true;
            } else if (!allows(c)) {
                return false;
            } else {
                empty = false;
            }
        }
        return !empty || match != MatchPolicy.EXACT;
    }

    private boolean allows(char c) {
        return this == LOOSE
                ? c != '#' && !Character.isWhitespace(c) && !Character.isSpaceChar(c)
                : (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }

    /** Reports whether the protocol reserves a URI. */
    public static boolean isReserved(String uri) {
        return Topics.isReserved(uri);
    }
}

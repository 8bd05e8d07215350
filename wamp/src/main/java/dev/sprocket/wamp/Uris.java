package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.Topics;

/** What a URI of WAMP v2 may be: components between dots. */
@ThreadSafe
enum Uris {
    /** Components without white space and {@code #}. */
    LOOSE,
    /** Components of lower-case letters, digits and {@code _}. */
    STRICT;

    /** Whether it is one, without empty components. */
    boolean allows(String uri) {
        return allows(uri, MatchPolicy.EXACT);
    }

    /** Whether it is one that may be matched in this way: a wildcard has empty components, a prefix may end with one. */
    boolean allows(String uri, MatchPolicy match) {
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

    /** Whether the protocol keeps it for itself. */
    static boolean isReserved(String uri) {
        return Topics.isReserved(uri);
    }
}

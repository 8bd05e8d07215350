package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;

/** How {@code prefix:rest} becomes a URI once the prefix is known (CURIE, WAMP v1 "Prefixes"). */
@ThreadSafe
public enum Curies {
    /** {@code uri + rest}, as WAMP's clients do. */
    PLAIN(""),
    /** {@code uri + "#" + rest}, as Ratchet does. */
    RATCHET("#");

    private final String between;

    Curies(String between) {
        this.between = between;
    }

    String expand(String uriOrCurie, Map<String, String> prefixes) {
        int colon = uriOrCurie.indexOf(':');
        if (colon < 0 || uriOrCurie.startsWith("http://") || uriOrCurie.startsWith("https://")) {
            return uriOrCurie;
        }
        String uri = prefixes.get(uriOrCurie.substring(0, colon));
        return uri == null ? uriOrCurie : uri + between + uriOrCurie.substring(colon + 1);
    }
}

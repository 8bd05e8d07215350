package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;

/** Expansion of {@code prefix:rest} to a URI (CURIE, WAMP v1 "Prefixes"). */
@ThreadSafe
public enum Curies {
    /** Expands to {@code uri + rest}, as WAMP clients do. */
    PLAIN(""),
    /** Expands to {@code uri + "#" + rest}, as Ratchet does. */
    RATCHET("#");

    private final String separator;

    Curies(String separator) {
        this.separator = separator;
    }

    public String expand(String uriOrCurie, Map<String, String> prefixes) {
        int colon = uriOrCurie.indexOf(':');
        if (colon < 0 || uriOrCurie.startsWith("http://") || uriOrCurie.startsWith("https://")) {
            return uriOrCurie;
        }
        String uri = prefixes.get(uriOrCurie.substring(0, colon));
        return uri == null ? uriOrCurie : uri + separator + uriOrCurie.substring(colon + 1);
    }
}

package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;

/**
 * Options of a WAMP server or realm, changed by copies.
 *
 * <pre>{@code
 * new Realm("com.example.shop", shop).options(WampOptions.DEFAULT.maxSubscriptions(100));
 * }</pre>
 */
@ThreadSafe
public final class WampOptions {
    /** Plain CURIEs, {@code onUnsubscribe} on disconnect, 1,000 subscriptions, 100 prefixes. */
    public static final WampOptions DEFAULT = new WampOptions(Curies.PLAIN, false, 1000, 100, RequestIds.SEQUENTIAL);

    /** Behaviour of Ratchet: its CURIEs, and no {@code onUnsubscribe} on disconnect. */
    public static final WampOptions RATCHET = DEFAULT.curies(Curies.RATCHET).silentDisconnect(true);

    private final Curies curies;
    private final boolean silentDisconnect;
    private final int maxSubscriptions;
    private final int maxPrefixes;
    private final RequestIds requestIds;

    private WampOptions(
            Curies curies, boolean silentDisconnect, int maxSubscriptions, int maxPrefixes, RequestIds requestIds) {
        this.curies = curies;
        this.silentDisconnect = silentDisconnect;
        this.maxSubscriptions = maxSubscriptions;
        this.maxPrefixes = maxPrefixes;
        this.requestIds = requestIds;
    }

    /** Returns the expansion of CURIEs to URIs. */
    public Curies curies() {
        return curies;
    }

    /** Returns a copy with another expansion of CURIEs. */
    public WampOptions curies(Curies other) {
        return new WampOptions(other, silentDisconnect, maxSubscriptions, maxPrefixes, requestIds);
    }

    /** Reports whether a closed connection is unsubscribed without calling {@code onUnsubscribe}. */
    public boolean silentDisconnect() {
        return silentDisconnect;
    }

    /**
     * Returns a copy with another order of callbacks at a disconnect.
     *
     * @param silent true to unsubscribe a closed connection after {@code onClose} without calling {@code
     *     onUnsubscribe}, as Ratchet does; false to call {@code onUnsubscribe} for each topic, and {@code onClose} last
     */
    public WampOptions silentDisconnect(boolean silent) {
        return new WampOptions(curies, silent, maxSubscriptions, maxPrefixes, requestIds);
    }

    /** Returns the maximum number of topics that a connection may be subscribed to. */
    public int maxSubscriptions() {
        return maxSubscriptions;
    }

    /**
     * Returns a copy with another maximum number of subscriptions of a connection.
     *
     * <p>Beyond it the connection is closed with 1008.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public WampOptions maxSubscriptions(int max) {
        checkMax("maxSubscriptions", max);
        return new WampOptions(curies, silentDisconnect, max, maxPrefixes, requestIds);
    }

    /** Returns the maximum number of prefixes that a connection may define. */
    public int maxPrefixes() {
        return maxPrefixes;
    }

    /**
     * Returns a copy with another maximum number of prefixes of a connection (WAMP v1).
     *
     * <p>Beyond it the connection is closed with 1008.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public WampOptions maxPrefixes(int max) {
        checkMax("maxPrefixes", max);
        return new WampOptions(curies, silentDisconnect, maxSubscriptions, max, requestIds);
    }

    /** Returns the request ids that clients of WAMP v2 may use. */
    public RequestIds requestIds() {
        return requestIds;
    }

    /** Returns a copy with another policy for request ids. */
    public WampOptions requestIds(RequestIds other) {
        return new WampOptions(curies, silentDisconnect, maxSubscriptions, maxPrefixes, other);
    }

    private static void checkMax(String name, int max) {
        if (max < 0) {
            throw new IllegalArgumentException(name + ": " + max + " (expected: >= 0)");
        }
    }

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

    /** Policy for the request ids of WAMP v2 clients. */
    @ThreadSafe
    public enum RequestIds {
        /** Sequential ids 1, 2, 3 and so on, as the specification requires. */
        SEQUENTIAL,
        /**
         * Any ids from 1 to 2^53, in any order.
         *
         * <p>Thruway and AutobahnJS before 2018 send such ids. An id may be reused after its request was answered.
         */
        ANY
    }
}

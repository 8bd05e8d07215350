package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;

/**
 * Options of a WAMP server or realm.
 *
 * @param curies expansion of CURIEs to URIs
 * @param silentDisconnect true to unsubscribe a closed connection after {@code onClose} without calling {@code
 *     onUnsubscribe}, as Ratchet does; false to call {@code onUnsubscribe} for each topic, and {@code onClose} last
 * @param maxSubscriptions maximum number of topics that a connection may be subscribed to; beyond it the connection
 *     is closed with 1008
 * @param maxPrefixes maximum number of prefixes that a connection may define; beyond it the connection is closed
 *     with 1008
 * @param authorizer permissions of connections
 * @param requestIds request ids that clients of WAMP v2 may use
 */
public record WampOptions(
        Curies curies,
        boolean silentDisconnect,
        int maxSubscriptions,
        int maxPrefixes,
        Authorizer authorizer,
        RequestIds requestIds) {
    /** Plain CURIEs, {@code onUnsubscribe} on disconnect, 1,000 subscriptions, 100 prefixes; everything is allowed. */
    public static final WampOptions DEFAULT = new WampOptions(Curies.PLAIN, false, 1000, 100);

    /** Behaviour of Ratchet: its CURIEs, and no {@code onUnsubscribe} on disconnect. */
    public static final WampOptions RATCHET = new WampOptions(Curies.RATCHET, true, 1000, 100);

    /** Creates options that allow everything. */
    public WampOptions(Curies curies, boolean silentDisconnect, int maxSubscriptions, int maxPrefixes) {
        this(curies, silentDisconnect, maxSubscriptions, maxPrefixes, Authorizer.ALLOW_ALL, RequestIds.SEQUENTIAL);
    }

    /** Returns a copy with another authorizer. */
    public WampOptions authorizer(Authorizer other) {
        return new WampOptions(curies, silentDisconnect, maxSubscriptions, maxPrefixes, other, requestIds);
    }

    /** Returns a copy with another policy for request ids. */
    public WampOptions requestIds(RequestIds other) {
        return new WampOptions(curies, silentDisconnect, maxSubscriptions, maxPrefixes, authorizer, other);
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

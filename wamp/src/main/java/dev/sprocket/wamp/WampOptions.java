package dev.sprocket.wamp;

/**
 * What may differ between servers.
 *
 * @param curies how a CURIE becomes a URI
 * @param silentDisconnect whether a connection that goes leaves its topics without {@code onUnsubscribe}, after {@code
 *     onClose}, as in Ratchet; otherwise {@code onUnsubscribe} is called for each, and {@code onClose} last
 * @param subscriptions how many topics a connection may be subscribed to; past it 1008
 * @param prefixes how many prefixes a connection may define; past it 1008
 * @param authorizer what connections may do
 * @param requestIds which ids of requests clients of WAMP v2 may use
 */
public record WampOptions(
        Curies curies,
        boolean silentDisconnect,
        int maxSubscriptions,
        int maxPrefixes,
        Authorizer authorizer,
        RequestIds requestIds) {
    /** Plain CURIEs, no silence, 1,000 subscriptions, 100 prefixes; everything is allowed. */
    public static final WampOptions DEFAULT = new WampOptions(Curies.PLAIN, false, 1000, 100);

    /** Ratchet's own behaviour: its CURIEs, its silence. */
    public static final WampOptions RATCHET = new WampOptions(Curies.RATCHET, true, 1000, 100);

    /** Everything is allowed. */
    public WampOptions(Curies curies, boolean silentDisconnect, int subscriptions, int prefixes) {
        this(curies, silentDisconnect, subscriptions, prefixes, Authorizer.ALLOW_ALL, RequestIds.SEQUENTIAL);
    }

    /** The same, but with another authorizer. */
    public WampOptions authorizer(Authorizer other) {
        return new WampOptions(curies, silentDisconnect, maxSubscriptions, maxPrefixes, other, requestIds);
    }

    /** These options with other ids of requests. */
    public WampOptions requestIds(RequestIds other) {
        return new WampOptions(curies, silentDisconnect, maxSubscriptions, maxPrefixes, authorizer, other);
    }
}

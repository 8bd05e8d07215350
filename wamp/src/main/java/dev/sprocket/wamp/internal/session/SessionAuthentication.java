package dev.sprocket.wamp.internal.session;

import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.internal.access.AccessChecks;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells a session about the authentication of its connection.
 *
 * <p>A session that is subscribed to {@link #EXPIRING} receives an event 30 seconds before the end; no other session
 * receives it. Listens on the event loop.
 */
public final class SessionAuthentication implements Authentication.Listener {
    /** Topic of the notice. */
    public static final String EXPIRING = "sprocket.auth.expiring";
    /** Procedure that renews the authentication of the caller. */
    public static final String RENEW = "sprocket.auth.renew";

    private final WampSession session;

    private SessionAuthentication(WampSession session) {
        this.session = session;
    }

    /**
     * Starts the time limits of a session that has joined.
     *
     * <p>From now on, its rights are checked whenever its user changes.
     */
    public static void begin(WampSession session) {
        Authentication.find(session).ifPresent(authentication -> {
            authentication.listen(new SessionAuthentication(session));
            authentication.open();
        });
    }

    @Override
    public boolean onExpiring(Authentication expiring, Instant end) {
        return session.subscriptions().stream()
                        .anyMatch(topic -> topic.id().equals(EXPIRING) && topic.match() == MatchPolicy.EXACT)
                && session.event(EXPIRING, Event.of(data(expiring, end)));
    }

    /** Returns the end, and the id for a renewal by HTTP if there is one. */
    private static Map<String, String> data(Authentication expiring, Instant end) {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("expires", end.toString());
        if (expiring.isNamed()) {
            data.put("connection", expiring.id());
        }
        return data;
    }

    @Override
    public void onChanged(User before, User now) {
        if (!before.roles().equals(now.roles()) || !before.claims().equals(now.claims())) {
            AccessChecks.run(session, session.rights());
        }
    }
}

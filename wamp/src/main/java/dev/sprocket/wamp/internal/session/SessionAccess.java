package dev.sprocket.wamp.internal.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.User;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.MetaAccess;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.auth.SessionIdentity;
import dev.sprocket.wamp.internal.id.Uris;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access of the sessions of a realm to its topics and procedures.
 *
 * <p>Names reserved by the protocol have rules of their own ({@link MetaAccess}).
 */
@ThreadSafe
public final class SessionAccess {
    /** Procedures that ask for the permission to publish or subscribe themselves. */
    private static final Set<String> NOT_META =
            Set.of("wamp.session.add_testament", "wamp.session.flush_testaments", "wamp.subscription.get_events");

    private final Topics topics;
    private final AccessControl accessControl;
    private final MetaAccess meta;

    public SessionAccess(Topics topics, MetaAccess meta) {
        this.topics = topics;
        this.accessControl = AccessControl.of(topics);
        this.meta = meta;
    }

    /** Decides about a name, without a pattern. */
    public AccessDecision check(WampConnection conn, Action action, String uri) throws Exception {
        return check(conn, action, uri, MatchPolicy.EXACT);
    }

    /** Decides about a name or pattern; the decision may follow later. A denial is logged. */
    public AccessDecision check(WampConnection conn, Action action, String uri, MatchPolicy match) throws Exception {
        AccessRequest request = request(conn, action, uri, match);
        AccessDecision reserved = reserved(conn, action, uri);
        if (reserved == null) {
            return accessControl.check(request);
        }
        accessControl.logDenial(request, reserved);
        return reserved;
    }

    /** Decides like {@link #check}, but a denial is not logged; see {@link #logDenial}. */
    public AccessDecision decide(WampConnection conn, Action action, String uri, MatchPolicy match) throws Exception {
        AccessDecision reserved = reserved(conn, action, uri);
        return reserved == null ? accessControl.decide(request(conn, action, uri, match)) : reserved;
    }

    /** Logs and counts a denial. */
    public void logDenial(WampConnection conn, Action action, String uri, MatchPolicy match, AccessDecision decision) {
        if (!(decision instanceof AccessDecision.Allow)) {
            accessControl.logDenial(request(conn, action, uri, match), decision);
        }
    }

    /** Logs and counts the end of a subscription or registration that is no longer allowed. */
    public void logRevocation(
            WampConnection conn, Action action, String uri, MatchPolicy match, AccessDecision decision) {
        accessControl.logRevocation(request(conn, action, uri, match), decision);
    }

    /** Returns the version of the policy; see {@link AccessControl#version}. */
    public long version() {
        return accessControl.version();
    }

    /** Reports whether the meta API may show a topic or procedure to a client. */
    public boolean isVisible(WampConnection conn, Action action, String uri, MatchPolicy match) {
        AccessDecision reserved = reserved(conn, action, uri);
        return reserved == null
                ? accessControl.isVisible(request(conn, action, uri, match))
                : reserved instanceof AccessDecision.Allow;
    }

    /** Reports whether a client may use the meta API. */
    public boolean allowsMeta(WampConnection conn) {
        return meta.allows(conn);
    }

    /** Returns the decision about a reserved name; null if the authorizer decides. */
    private @Nullable AccessDecision reserved(WampConnection conn, Action action, String uri) {
        if (!Uris.isReserved(uri)) {
            return null;
        }
        if (action == Action.CALL && NOT_META.contains(uri)) {
            return AccessDecision.ALLOW;
        }
        if (action == Action.CALL && uri.equals(SessionAuthentication.RENEW)
                || action == Action.SUBSCRIBE && conn instanceof WampSession session && session.isNoticeTopic(uri)) {
            return AccessDecision.ALLOW;
        }
        boolean isMeta = uri.startsWith("wamp");
        if (action == Action.PUBLISH || action == Action.REGISTER || action == Action.SUBSCRIBE && !isMeta) {
            return AccessDecision.deny("names that begin with wamp. or sprocket. are reserved");
        }
        if (!isMeta) {
            return null;
        }
        return meta.allows(conn)
                ? null
                : AccessDecision.deny("meta API not permitted for this session (allowed for: "
                        + meta.name().toLowerCase(Locale.ROOT) + ")");
    }

    private AccessRequest request(WampConnection conn, Action action, String uri, MatchPolicy match) {
        AccessRequest request = AccessRequest.of(conn, action, uri).match(match);
        if (conn instanceof WampSession session) {
            request = request.subscriber(topics, session.subscriber());
        }
        SessionIdentity identity = SessionIdentity.find(conn).orElse(null);
        String role = identity == null ? null : role(identity, request.user().orElse(null));
        return role == null ? request : request.sessionRole(role);
    }

    /** Returns the role of a session besides the current roles of its user. */
    private static @Nullable String role(SessionIdentity identity, @Nullable User user) {
        if (user == null || identity.authmethod().equals("anonymous")) {
            return identity.authrole();
        }
        return user.roles().isEmpty() ? "user" : null;
    }
}

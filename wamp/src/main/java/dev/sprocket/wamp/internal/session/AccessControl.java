package dev.sprocket.wamp.internal.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.AccessDecision;
import dev.sprocket.wamp.Authorizer;
import dev.sprocket.wamp.Authorizer.Action;
import dev.sprocket.wamp.MetaAccess;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.id.Uris;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Applies an {@link Authorizer}, and logs and counts its denials.
 *
 * <p>Names reserved by the protocol have rules of their own ({@link MetaAccess}).
 */
@ThreadSafe
public final class AccessControl {
    private static final PeerLog LOG = PeerLog.of(Authorizer.class);
    /** Procedures that are authorized as publishing or subscribing. */
    private static final Set<String> NOT_META =
            Set.of("wamp.session.add_testament", "wamp.session.flush_testaments", "wamp.subscription.get_events");

    private final Authorizer authorizer;
    private final @Nullable MetaAccess meta;
    private final LongAdder denied = new LongAdder();

    /** Creates access control without reserved names, for an application that keeps its own topics. */
    public AccessControl(Authorizer authorizer) {
        this.authorizer = authorizer;
        this.meta = null;
    }

    public AccessControl(Authorizer authorizer, MetaAccess meta) {
        this.authorizer = authorizer;
        this.meta = meta;
    }

    public long denied() {
        return denied.sum();
    }

    public AccessDecision check(WampConnection conn, Action action, String uri) throws Exception {
        return check(conn, action, uri, MatchPolicy.EXACT);
    }

    public AccessDecision check(WampConnection conn, Action action, String uri, MatchPolicy match) throws Exception {
        AccessDecision decision = decide(conn, action, uri, match);
        if (decision instanceof AccessDecision.Deny deny) {
            denied(conn, action, uri, "access denied", deny.reason());
        } else if (decision instanceof AccessDecision.Close close) {
            denied(conn, action, uri, "access denied, connection closed", close.reason());
        }
        return decision;
    }

    /**
     * Reports whether the meta API may show a topic or procedure to a client.
     *
     * <p>Denials are neither logged nor counted.
     */
    public boolean isVisible(WampConnection conn, Action action, String uri, MatchPolicy match) {
        try {
            return decide(conn, action, uri, match) instanceof AccessDecision.Allow;
        } catch (Exception e) {
            LOG.debug(
                    "authorizer failed, entry hidden from the meta API: peer={} uri={}",
                    conn,
                    SafeText.excerpt(uri),
                    e);
            return false;
        }
    }

    /** Reports whether a client may use the meta API. */
    public boolean allowsMeta(WampConnection conn) {
        return meta == null || meta.allows(conn);
    }

    private AccessDecision decide(WampConnection conn, Action action, String uri, MatchPolicy match) throws Exception {
        if (meta != null && Uris.isReserved(uri) && !NOT_META.contains(uri)) {
            if (action == Action.PUBLISH || action == Action.REGISTER) {
                return AccessDecision.deny("names that begin with wamp. are reserved");
            }
            if (!meta.allows(conn)) {
                return AccessDecision.deny("meta API not permitted for this session (allowed for: "
                        + meta.name().toLowerCase(Locale.ROOT) + ")");
            }
        }
        return match == MatchPolicy.EXACT
                ? authorizer.authorize(conn, action, uri)
                : authorizer.authorize(conn, action, uri, match);
    }

    private void denied(WampConnection conn, Action action, String uri, String event, String reason) {
        denied.increment();
        String user =
                User.find(conn).map(known -> SafeText.excerpt(known.toString())).orElse("none");
        LOG.cause(action)
                .info(
                        conn,
                        "{}: peer={} user={} action={} uri={} reason={}",
                        event,
                        conn,
                        user,
                        action.name().toLowerCase(Locale.ROOT),
                        SafeText.excerpt(uri, 100),
                        SafeText.excerpt(reason));
    }
}

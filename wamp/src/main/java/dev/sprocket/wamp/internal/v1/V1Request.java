package dev.sprocket.wamp.internal.v1;

import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.session.SessionRequest;
import org.jspecify.annotations.Nullable;

/**
 * Request of a WAMP v1 client. Only a denied call is answered, since WAMP v1 has no other errors.
 *
 * <p>Confined to the thread of its session's callbacks.
 */
abstract class V1Request extends SessionRequest {
    private final V1Session session;
    private final String uri;
    /** Null if the request needs no permission. */
    private final @Nullable Action action;
    /** Version of the policy that was asked. */
    private long askedVersion;

    V1Request(V1Session session, @Nullable Action action, String uri) {
        this.session = session;
        this.action = action;
        this.uri = uri;
    }

    /** Takes effect. */
    protected abstract void allowed(WampConnection conn) throws Exception;

    /** Answers a denial; the connection is still open. */
    protected void denied(AccessDecision decision) {}

    @Override
    protected final AccessDecision ask() throws Exception {
        if (action == null) {
            return AccessDecision.ALLOW;
        }
        askedVersion = session.accessControl().version();
        return session.accessControl().decide(session, action, uri, MatchPolicy.EXACT);
    }

    @Override
    protected final void apply(AccessDecision decision) throws Exception {
        if (decision instanceof AccessDecision.Allow || action == null) {
            allowed(session);
            if (action == Action.SUBSCRIBE) {
                session.recheckAfter(askedVersion);
            }
            return;
        }
        session.accessControl().logDenial(session, action, uri, MatchPolicy.EXACT, decision);
        denied(decision);
        if (decision instanceof AccessDecision.Close close) {
            session.close(1008, close.reason());
        }
    }

    @Override
    protected void guard(Step step) throws Exception {
        super.guard(step);
    }

    /** Closes the connection, since WAMP v1 cannot report it. */
    @Override
    protected void refuse(CallException reason) {
        session.close(1008, reason.description());
    }

    @Override
    protected long size() {
        return super.size() + 2L * uri.length();
    }
}

package dev.sprocket.wamp.internal.v2;

import dev.sprocket.core.RejectedException;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.message.V2MessageType;
import dev.sprocket.wamp.internal.session.SessionRequest;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Request of a WAMP v2 client other than a call.
 *
 * <p>Confined to the thread of its session's callbacks.
 */
abstract class V2Request extends SessionRequest {
    private static final String UNAVAILABLE = "wamp.error.unavailable";

    final V2MessageType type;
    /** Id of the request; 0 if no answer is expected. */
    final long request;

    private final V2RequestHandler handler;
    private final String uri;
    private final MatchPolicy match;
    /** Null if the request needs no permission. */
    private final @Nullable Action action;
    /** Version of the policy that was asked. */
    private long askedVersion;

    /** Creates a request that needs no permission. */
    V2Request(V2RequestHandler handler, V2MessageType type, long request) {
        this(handler, type, request, "", MatchPolicy.EXACT, null);
    }

    /** Creates a request that needs the permission of an action; null if it needs none. */
    V2Request(
            V2RequestHandler handler,
            V2MessageType type,
            long request,
            String uri,
            MatchPolicy match,
            @Nullable Action action) {
        this.handler = handler;
        this.type = type;
        this.request = request;
        this.uri = uri;
        this.match = match;
        this.action = action;
    }

    /** Takes effect. */
    protected abstract void allowed(WampConnection conn) throws Exception;

    /** Reports whether the URI is valid and may be written to. */
    final boolean isValid(Uris uris) {
        boolean writes = action == Action.PUBLISH || action == Action.REGISTER;
        return uris.allows(uri, match) && !(writes && Uris.isReserved(uri));
    }

    @Override
    protected final AccessDecision ask() throws Exception {
        if (action == null) {
            return AccessDecision.ALLOW;
        }
        askedVersion = handler.realm().accessControl().version();
        return handler.realm().accessControl().decide(handler.session(), action, uri, match);
    }

    @Override
    protected final void apply(AccessDecision decision) throws Exception {
        if (decision instanceof AccessDecision.Allow || action == null) {
            allowed(handler.session());
            if (action == Action.SUBSCRIBE || action == Action.REGISTER) {
                recheck();
            }
            return;
        }
        handler.realm().accessControl().logDenial(handler.session(), action, uri, match, decision);
        handler.error(type, request, errorUri(decision), reason(decision));
        handler.closeIfRequired(decision);
    }

    /** Asks again for the permission if the policy has changed since it was asked. */
    final void recheck() {
        handler.session().recheckAfter(askedVersion);
    }

    /** Returns the error that answers a denial. */
    static String errorUri(AccessDecision decision) {
        return decision instanceof AccessDecision.Limit ? UNAVAILABLE : "wamp.error.not_authorized";
    }

    /** Returns the reason of a denial for the client. */
    static String reason(AccessDecision decision) {
        if (decision instanceof AccessDecision.Deny deny) {
            return deny.reason();
        } else if (decision instanceof AccessDecision.Hide hide) {
            return hide.reason();
        } else if (decision instanceof AccessDecision.Limit limit) {
            return limit.reason();
        }
        return decision instanceof AccessDecision.Close close ? close.reason() : "";
    }

    @Override
    protected final void guard(Step step) throws Exception {
        try {
            step.run();
        } catch (CallException refused) {
            handler.error(type, request, refused.errorUri(), refused.description());
            if (request == 0) {
                handler.logDropped(uri, refused);
            }
        } catch (WampProtocolException | RejectedException abort) {
            throw abort;
        } catch (Throwable failure) {
            // the failure ends the connection; ERROR still tells the client which request failed
            handler.error(type, request, "wamp.error.internal", "the request failed");
            throw failure;
        }
    }

    @Override
    protected void refuse(CallException reason) {
        handler.error(type, request, reason.errorUri(), reason.description());
        if (request == 0) {
            handler.logDropped(uri, reason);
        }
    }

    @Override
    protected long size() {
        return super.size() + 2L * uri.length();
    }

    @Override
    public String toString() {
        return type + " of " + SafeText.excerpt(uri);
    }
}

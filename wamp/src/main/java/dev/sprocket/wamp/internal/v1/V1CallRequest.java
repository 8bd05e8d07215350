package dev.sprocket.wamp.internal.v1;

import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.realm.RealmRouter;
import org.jspecify.annotations.Nullable;

/**
 * Call of a WAMP v1 client.
 *
 * <p>Confined to the thread of its session's callbacks.
 */
class V1CallRequest extends V1Request {
    private final V1Session session;
    private final PendingCall call;

    V1CallRequest(V1Session session, PendingCall call) {
        this(session, call, Action.CALL, call.procedure());
    }

    /**
     * Creates a call that needs another permission than that to call its procedure.
     *
     * @param action permission; null if the call needs none
     * @param uri topic or procedure of the permission
     */
    V1CallRequest(V1Session session, PendingCall call, @Nullable Action action, String uri) {
        super(session, action, uri);
        this.session = session;
        this.call = call;
    }

    @Override
    protected void allowed(WampConnection conn) throws Exception {
        session.app().onCall(conn, call);
    }

    @Override
    protected void denied(AccessDecision decision) {
        RealmRouter realm = session.realm();
        if (decision instanceof AccessDecision.Hide && realm != null) {
            realm.noSuchProcedure(call);
        } else if (decision instanceof AccessDecision.Limit limit) {
            call.error("wamp.error.unavailable", limit.reason());
        } else if (decision instanceof AccessDecision.Deny deny) {
            call.error("wamp.error.not_authorized", deny.reason());
        } else if (decision instanceof AccessDecision.Close close) {
            call.error("wamp.error.not_authorized", close.reason());
        }
    }

    @Override
    protected void guard(Step step) throws Exception {
        try {
            step.run();
        } catch (CallException error) {
            call.fail(error);
        } catch (Throwable failure) {
            call.fail(failure);
            throw failure;
        }
    }

    @Override
    protected long size() {
        return call.size();
    }
}

package dev.sprocket.wamp.internal.v2;

import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.session.SessionRequest;

/**
 * Call of a WAMP v2 client.
 *
 * <p>Confined to the thread of its session's callbacks.
 */
final class V2CallRequest extends SessionRequest {
    private final V2RequestHandler handler;
    private final PendingCall call;

    V2CallRequest(V2RequestHandler handler, PendingCall call) {
        this.handler = handler;
        this.call = call;
    }

    @Override
    protected AccessDecision ask() throws Exception {
        return handler.realm()
                .accessControl()
                .decide(handler.session(), Action.CALL, call.procedure(), MatchPolicy.EXACT);
    }

    @Override
    protected void apply(AccessDecision decision) throws Exception {
        if (call.isDone()) { // canceled while it waited
            return;
        }
        if (decision instanceof AccessDecision.Allow) {
            handler.realm().onCall(handler.session(), call);
            return;
        }
        handler.realm()
                .accessControl()
                .logDenial(handler.session(), Action.CALL, call.procedure(), MatchPolicy.EXACT, decision);
        if (decision instanceof AccessDecision.Hide) {
            handler.realm().noSuchProcedure(call);
            return;
        }
        call.error(V2Request.errorUri(decision), V2Request.reason(decision));
        handler.closeIfRequired(decision);
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
    protected void refuse(CallException reason) {
        call.fail(reason);
    }

    @Override
    protected long size() {
        return call.size();
    }
}

package dev.sprocket.wamp.internal.meta;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.dealer.Caller;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.message.CallArguments;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Procedures of the meta API below {@code wamp.}.
 *
 * <p>They cover sessions, registrations, subscriptions, testaments and the event history.
 */
@ThreadSafe
public final class MetaProcedures {
    private static final PeerLog LOG = PeerLog.of(MetaProcedures.class);

    private final Map<String, MetaProcedure> byUri = new HashMap<>();

    /** Creates the meta API of these procedures. */
    public MetaProcedures(
            SessionProcedures sessions,
            RegistrationProcedures registrations,
            SubscriptionProcedures subscriptions,
            TestamentProcedures testaments) {
        sessions.addTo(byUri);
        registrations.addTo(byUri);
        subscriptions.addTo(byUri);
        testaments.addTo(byUri);
    }

    /**
     * Answers a call of a meta procedure. Returns false for other procedures.
     *
     * <p>Throws {@link CallException} if the caller exceeds its rate, or the procedure fails.
     */
    public boolean handle(PendingCall call) throws Exception {
        MetaRate rate = MetaRate.of(call.caller());
        rate.begin();
        MetaProcedure procedure = byUri.get(call.procedure());
        if (procedure == null) {
            return false;
        }
        Object result = procedure.invoke(MetaCall.of(call, rate));
        if (result instanceof LateResult late) {
            late.decision()
                    .thenAccept(made -> CallbackExecutor.run(transport(call.caller()), () -> answer(call, late, made)));
        } else {
            answer(call, result);
        }
        return true;
    }

    private static Connection transport(Caller caller) {
        return caller instanceof StackedConnection stacked ? stacked.underlying() : caller;
    }

    private static void answer(PendingCall call, LateResult late, AccessDecision made) {
        if (call.isDone() || !call.caller().isOpen()) {
            return;
        }
        try {
            answer(call, late.next().result(made));
        } catch (Exception failure) {
            if (!(failure instanceof CallException)) {
                LOG.warn(call.caller(), "meta procedure failed: peer={} call={}", call.caller(), call, failure);
            }
            call.fail(failure);
        }
    }

    private static void answer(PendingCall call, @Nullable Object result) {
        if (result instanceof OwnAnswer own) {
            own.answer().accept(call);
            return;
        }
        call.result(
                result instanceof CallArguments arguments
                        ? arguments
                        : result instanceof PagedResult page ? page.arguments() : CallArguments.of(result),
                false);
    }
}

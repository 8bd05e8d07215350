package dev.sprocket.wamp.internal.session;

import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.function.BooleanSupplier;

/** Checks of the rights that a session uses, after they may have changed. */
public final class SessionRights {
    private SessionRights() {}

    /** Right to a topic or procedure, or a pattern. */
    public record Right(Action action, String uri, MatchPolicy match) {}

    /**
     * Asks again whether a session has a right.
     *
     * @param below connection of the transport
     * @param isUsed reports whether the session still uses the right
     * @param revoke ends the use of the right; on the thread of the session's callbacks
     * @param done runs when it is decided
     */
    public static void recheck(
            WampSession session,
            Connection below,
            Right right,
            BooleanSupplier isUsed,
            Runnable revoke,
            Runnable done) {
        CallbackExecutor.run(below, () -> {
            if (!session.isOpen() || !isUsed.getAsBoolean()) {
                done.run();
                return;
            }
            AccessDecision decision = decide(session, right);
            if (decision instanceof AccessDecision.Later later) {
                later.decision()
                        .thenAccept(made -> CallbackExecutor.run(below, () -> {
                            if (session.isOpen() && isUsed.getAsBoolean()) {
                                apply(session, right, made, revoke);
                            }
                            done.run();
                        }));
            } else {
                apply(session, right, decision, revoke);
                done.run();
            }
        });
    }

    private static AccessDecision decide(WampSession session, Right right) {
        try {
            return session.accessControl().decide(session, right.action, right.uri, right.match);
        } catch (Exception failure) {
            return AccessDecision.deny("the authorizer failed: " + failure);
        }
    }

    private static void apply(WampSession session, Right right, AccessDecision decision, Runnable revoke) {
        if (!(decision instanceof AccessDecision.Allow) && !(decision instanceof AccessDecision.Limit)) {
            session.accessControl().logRevocation(session, right.action, right.uri, right.match, decision);
            revoke.run();
        }
    }
}

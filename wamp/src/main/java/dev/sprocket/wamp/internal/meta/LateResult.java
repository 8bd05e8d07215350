package dev.sprocket.wamp.internal.meta;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.access.AccessDecision;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Result of a meta procedure that waits for a decision about the caller's access.
 *
 * @param decision never fails
 * @param next computes the result of a decision, on the thread of the caller's callbacks
 */
@ThreadSafe
record LateResult(CompletionStage<AccessDecision> decision, Next next) {
    /** Computes a result like {@link MetaProcedure#invoke}. */
    @FunctionalInterface
    interface Next {
        @Nullable
        Object result(AccessDecision made) throws Exception;
    }

    /** Returns the result of a decision, which may follow later. */
    static @Nullable Object of(AccessDecision decision, Next next) throws Exception {
        return decision instanceof AccessDecision.Later later
                ? new LateResult(later.decision(), next)
                : next.result(decision);
    }
}

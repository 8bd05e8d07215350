package dev.sprocket.wamp.internal.meta;

import dev.sprocket.wamp.internal.message.CallArguments;
import org.jspecify.annotations.Nullable;

/** Procedure of the meta API. */
interface MetaProcedure {
    /**
     * Calls the procedure.
     *
     * <p>Returns the arguments of the result, a {@link PagedResult}, a {@link LateResult}, an {@link OwnAnswer}, or
     * the only argument.
     */
    @Nullable
    Object invoke(MetaCall call) throws Exception;

    /** Result of a procedure without a result. */
    CallArguments NO_RESULT = CallArguments.EMPTY;
}

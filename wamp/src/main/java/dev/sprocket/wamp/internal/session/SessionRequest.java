package dev.sprocket.wamp.internal.session;

import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.wamp.CallException;

/**
 * Request of a client that takes effect in order, after a decision about its access.
 *
 * <p>Confined to the thread of the session's callbacks.
 */
public abstract class SessionRequest {
    /** Step of a request, which may fail. */
    @FunctionalInterface
    public interface Step {
        void run() throws Exception;
    }

    /** Asks for the decision; it may follow later. By default the request needs none. */
    protected AccessDecision ask() throws Exception {
        return AccessDecision.ALLOW;
    }

    /** Takes effect, or answers and logs a denial. */
    protected abstract void apply(AccessDecision decision) throws Exception;

    /** Runs a step, and answers its failure. */
    protected void guard(Step step) throws Exception {
        step.run();
    }

    /** Answers a request that cannot wait, because too much waits already. */
    protected abstract void refuse(CallException reason);

    /** Called before the request waits, to release memory that it does not need. */
    protected void compact() {}

    /** Returns the approximate memory use of the waiting request in bytes. */
    protected long size() {
        return MemoryUsage.OVERHEAD;
    }
}

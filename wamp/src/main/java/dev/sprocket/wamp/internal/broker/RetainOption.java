package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Time to live and memory account of a retained event.
 *
 * @param owner memory usage to which the event is charged
 * @param limits limits of the realm
 * @param ttlNanos time to live in nanoseconds; 0 for no expiry
 * @param result result of the event; see {@link #result()}
 */
@ThreadSafe
public record RetainOption(MemoryUsage owner, RealmLimits limits, long ttlNanos, Result result) {
    /** Result of an event, which is retained when it is delivered. */
    @ThreadSafe
    public static final class Result {
        private volatile CompletionStage<Void> stage = CompletableFuture.completedFuture(null);

        private Result() {}

        /** Sets what the publisher waits for; called before the event counts as published. */
        void set(CompletionStage<Void> retained) {
            stage = retained;
        }

        /** Returns a stage that fails with a {@link CallException} if the published event is not retained. */
        public CompletionStage<Void> stage() {
            return stage;
        }
    }

    /**
     * Creates the retention of a publish.
     *
     * @param millis time to live that the publisher asks for, in milliseconds; 0 for none
     */
    public static RetainOption of(MemoryUsage owner, RealmLimits limits, long millis) {
        long realmTtl = limits.retainedTtl().toNanos();
        long requestedTtl = Math.min(millis, Long.MAX_VALUE / 2_000_000) * 1_000_000;
        return new RetainOption(
                owner,
                limits,
                realmTtl == 0 || requestedTtl == 0
                        ? Math.max(realmTtl, requestedTtl)
                        : Math.min(realmTtl, requestedTtl),
                new Result());
    }
}

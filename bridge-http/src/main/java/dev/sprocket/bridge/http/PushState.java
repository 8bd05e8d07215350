package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.internal.push.IdempotencyCache;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** State that survives a reload: used signatures and stored responses. */
@ThreadSafe
record PushState(ReplayGuard replayGuard, IdempotencyCache<StoredResponse> idempotency) {
    /** Maximum number of stored signatures; see {@link ReplayGuard}. */
    private static final int MAX_SIGNATURES = 200_000;

    private static final StoredResponse FAILED =
            new StoredResponse(PushRejectedException.error(500, "failed, see the log"));

    /** Creates empty state. */
    static PushState of(HttpPush.Builder options) {
        return new PushState(
                // a time in the future is valid twice as long
                new ReplayGuard(2 * options.signatureTolerance.toMillis(), MAX_SIGNATURES, options.ticker.getAsLong()),
                responses(options.idempotencyTtl, options.idempotencyMaxSize));
    }

    /** Creates an empty cache of responses. */
    static IdempotencyCache<StoredResponse> responses(Duration ttl, long maxSize) {
        IdempotencyCache<StoredResponse> responses = new IdempotencyCache<>(new Responses());
        responses.limits(ttl, maxSize);
        return responses;
    }

    private static final class Responses implements IdempotencyCache.Results<StoredResponse> {
        @Override
        public long size(StoredResponse response) {
            return response.size();
        }

        @Override
        public boolean isFinal(StoredResponse response) {
            return response.unfinished() == null;
        }

        @Override
        public StoredResponse failed() {
            return FAILED;
        }

        @Override
        public @Nullable StoredResponse withoutEffect(Throwable failure) {
            return failure instanceof PushRejectedException rejected ? new StoredResponse(rejected.response()) : null;
        }
    }
}

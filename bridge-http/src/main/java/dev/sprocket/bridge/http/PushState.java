package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.internal.push.IdempotencyCache;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** State that survives a reload: used signatures and stored responses. */
@ThreadSafe
record PushState(ReplayGuard replayGuard, IdempotencyCache<HttpResponse> idempotency) {
    /** Maximum number of stored signatures; see {@link ReplayGuard}. */
    private static final int MAX_SIGNATURES = 200_000;

    private static final HttpResponse FAILED = PushRejectedException.error(500, "failed, see the log");

    /** Creates empty state. */
    static PushState of(HttpPush.Builder options) {
        return new PushState(
                // a time in the future is valid twice as long
                new ReplayGuard(2 * options.signatureTolerance.toMillis(), MAX_SIGNATURES, options.ticker.getAsLong()),
                responses(options.idempotencyTtl, options.idempotencyMaxSize));
    }

    /** Creates an empty cache of responses. */
    static IdempotencyCache<HttpResponse> responses(Duration ttl, long maxSize) {
        IdempotencyCache<HttpResponse> responses = new IdempotencyCache<>(new Responses());
        responses.limits(ttl, maxSize);
        return responses;
    }

    private static final class Responses implements IdempotencyCache.Results<HttpResponse> {
        @Override
        public long size(HttpResponse response) {
            return response.body().size();
        }

        @Override
        public HttpResponse failed() {
            return FAILED;
        }

        @Override
        public @Nullable HttpResponse withoutEffect(Throwable failure) {
            return failure instanceof PushRejectedException rejected ? rejected.response() : null;
        }
    }
}

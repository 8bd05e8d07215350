package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;

/** State that survives a reload: used signatures and stored responses. */
@ThreadSafe
record PushState(ReplayGuard replayGuard, IdempotencyCache idempotency) {
    /** Maximum number of stored signatures; see {@link ReplayGuard}. */
    private static final int MAX_SIGNATURES = 200_000;

    /** Creates empty state. */
    static PushState of(HttpPush.Builder options) {
        return new PushState(
                // a time in the future is valid twice as long
                new ReplayGuard(2 * options.signatureTolerance.toMillis(), MAX_SIGNATURES, options.ticker.getAsLong()),
                new IdempotencyCache(options.idempotencyTtl, options.idempotencyMaxSize));
    }
}

package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;

/** What was done already, and must not be done again. */
@ThreadSafe
record PushState(ReplayGuard replays, IdempotencyCache answered) {
    /** How many signed requests are remembered; see {@link ReplayGuard}. */
    private static final int MOST_SIGNATURES = 200_000;

    /** One that remembers nothing yet. */
    static PushState of(HttpPushBuilder options) {
        return new PushState(
                // a time in the future is valid for as long again
                new ReplayGuard(2 * options.window.toMillis(), MOST_SIGNATURES, options.ticker.getAsLong()),
                new IdempotencyCache(options.lifetime, options.mostAnswered));
    }
}

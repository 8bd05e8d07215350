package dev.sprocket.bridge.http;

/** What was done already, and must not be done again. Threads: any. */
record Memory(Replays replays, Answered answered) {
    /** How many signed requests are remembered; see {@link Replays}. */
    private static final int MOST_SIGNATURES = 200_000;

    /** One that remembers nothing yet. */
    static Memory of(HttpPushBuilder options) {
        return new Memory(
                // a time in the future is valid for as long again
                new Replays(2 * options.window.toMillis(), MOST_SIGNATURES, options.ticker.getAsLong()),
                new Answered(options.lifetime, options.mostAnswered));
    }
}

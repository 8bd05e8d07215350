package dev.sprocket.wamp.internal.metrics;

import dev.sprocket.core.internal.metrics.Distribution;
import dev.sprocket.core.internal.metrics.Metric;
import dev.sprocket.core.internal.metrics.MetricSource;
import dev.sprocket.core.internal.metrics.TaggedCounter;
import java.util.List;

/** Counters of calls. */
public final class WampMetrics implements MetricSource {
    /** End of a call. Error URIs are chosen by peers, so others than those of the protocol are one value. */
    public enum CallResult {
        SUCCESS,
        /** An error of the callee or of the application. */
        ERROR,
        /** The procedure failed without an error of its own. */
        FAILURE,
        NO_SUCH_PROCEDURE,
        DENIED,
        CANCELED,
        TIMEOUT,
        UNAVAILABLE,
        /** The caller disconnected. */
        ABANDONED;

        /** Returns the result for an error URI. */
        public static CallResult of(String errorUri) {
            return switch (errorUri) {
                case "wamp.error.internal" -> FAILURE;
                case "wamp.error.no_such_procedure" -> NO_SUCH_PROCEDURE;
                case "wamp.error.not_authorized", "wamp.error.authorization_failed" -> DENIED;
                case "wamp.error.canceled" -> CANCELED;
                case "wamp.error.timeout" -> TIMEOUT;
                case "wamp.error.unavailable", "wamp.error.no_available_callee" -> UNAVAILABLE;
                default -> ERROR;
            };
        }
    }

    private static final TaggedCounter<CallResult> CALLS =
            TaggedCounter.of("sprocket.calls", "Calls that have ended", "result", CallResult.class);

    private static final Distribution CALL_TIME = new Distribution(
            "sprocket.call.duration",
            "Time between a call and its last answer",
            Distribution.millis(1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000, 60_000));

    /** Returns the time at which a call starts; 0 if nobody wants to know. */
    public static long begin() {
        return CALL_TIME.start();
    }

    /** Counts a call that has ended. */
    public static void ended(CallResult result, long started) {
        CALLS.increment(result);
        CALL_TIME.end(started);
    }

    /** Returns the number of calls with a result. */
    public static long calls(CallResult result) {
        return CALLS.get(result);
    }

    @Override
    public List<Metric> metrics() {
        return List.of(CALLS.metric());
    }

    @Override
    public List<Distribution> distributions() {
        return List.of(CALL_TIME);
    }
}

package dev.sprocket.pubsub.internal.push;

import dev.sprocket.pubsub.internal.metrics.PubsubMetrics.PushOutcome;

/** Mapping of the results of pushes to metrics. */
public final class PushOutcomes {
    private PushOutcomes() {}

    /** Returns the tag of a result. */
    public static PushOutcome of(PushResult result) {
        if (result instanceof PushResult.PartlyAccepted) {
            return PushOutcome.PARTLY;
        }
        if (result instanceof PushResult.Rejected rejected) {
            return switch (rejected.kind()) {
                case LIMIT_EXCEEDED -> PushOutcome.LIMITED;
                case UNAVAILABLE -> PushOutcome.BUSY;
                default -> rejected.isDenial() ? PushOutcome.DENIED : PushOutcome.REJECTED;
            };
        }
        return PushOutcome.PUBLISHED;
    }
}

package dev.sprocket.pubsub.internal.push;

import dev.sprocket.pubsub.internal.metrics.PubsubMetrics.PushOutcome;
import dev.sprocket.pubsub.internal.push.PushResult.PushedEvent;
import java.util.List;

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
        return result instanceof PushResult.Published published ? of(published) : PushOutcome.PUBLISHED;
    }

    private static PushOutcome of(PushResult.Published published) {
        List<PushedEvent> events = published.events();
        if (published.failed() > 0) {
            return published.failed() == events.size() ? PushOutcome.BUSY : PushOutcome.PARTLY;
        }
        if (events.isEmpty()) {
            return PushOutcome.PUBLISHED;
        }
        if (events.stream().allMatch(PushedEvent::isDuplicate)) {
            return PushOutcome.DUPLICATE;
        }
        return events.stream().allMatch(event -> event.outcome() == PushResult.Outcome.SUPERSEDED)
                ? PushOutcome.SUPERSEDED
                : PushOutcome.PUBLISHED;
    }
}

package dev.sprocket.pubsub;

import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import org.jspecify.annotations.Nullable;

/** Decision about what a returning subscriber receives. */
final class Recovery {
    /** Maximum number of events of one recovery. */
    static final int MAX_EVENTS = 10_000;
    /** Maximum memory of the events of one recovery, in bytes. */
    static final long MAX_BYTES = 8 << 20;

    private Recovery() {}

    /**
     * Decides about a subscriber.
     *
     * @param after position that the subscriber has returned
     * @param place place of this position in the log, for the limits of a recovery
     */
    static Subscribed of(String topic, Position after, EventLog.Place place, Gap.Action onGap) {
        Gap gap = place.gap();
        PubsubMetrics.RECOVERIES.increment(
                gap == null && place.limited().equals(place.start())
                        ? PubsubMetrics.RecoveryResult.COMPLETE
                        : PubsubMetrics.RecoveryResult.GAP);
        if (gap == null && place.limited().equals(place.start())) {
            return after(place.start(), place, null);
        }
        Position start =
                switch (onGap) {
                    case NONE -> place.top();
                    case NEWEST -> place.newest();
                    case ALL -> place.limited();
                };
        Gap.Reason reason = gap == null ? Gap.Reason.TOO_MANY : gap.reason();
        return after(start, place, new Gap(topic, after, start, reason));
    }

    private static Subscribed after(Position start, EventLog.Place place, @Nullable Gap gap) {
        return new Subscribed(start, place.top(), (int) place.eventsAfter(start), gap);
    }

    /** Decides about a subscriber of a topic without a log. */
    static Subscribed withoutLog(String topic, Position after) {
        return new Subscribed(null, null, 0, new Gap(topic, after, null, Gap.Reason.NO_LOG));
    }
}

package dev.sprocket.pubsub;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Result of subscribing after a position.
 *
 * @param start position after which events follow; null on a topic without a log
 * @param top position of the newest event; null on a topic without a log
 * @param recovered number of missed events that follow
 * @param gap what may be missing; null if nothing is
 */
@Immutable
public record Subscribed(@Nullable Position start, @Nullable Position top, int recovered, @Nullable Gap gap) {
    /** Maximum number of events of one recovery. */
    static final int MAX_EVENTS = 10_000;
    /** Maximum memory of the events of one recovery, in bytes. */
    static final long MAX_BYTES = 8 << 20;

    /**
     * Returns the result for a subscriber, and counts the recovery.
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

    /** Returns the result for a topic without a log. */
    static Subscribed withoutLog(String topic, Position after) {
        return new Subscribed(null, null, 0, new Gap(topic, after, null, Gap.Reason.NO_LOG));
    }
}

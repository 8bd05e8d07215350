package dev.sprocket.pubsub;

import com.google.errorprone.annotations.Immutable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Events of a topic that a subscriber may have missed.
 *
 * <p>It is told before the next event of the topic. A gap of a pattern has no positions: events of any topic that
 * matches may be missing.
 *
 * @param topic name of the topic or pattern
 * @param from position after which events may be missing; null if unknown
 * @param to position up to which events may be missing; null for a pattern, and on a topic without a log
 * @param reason cause
 */
@Immutable
public record Gap(String topic, @Nullable Position from, @Nullable Position to, Reason reason) {
    /** Returns a gap of the topics that match a pattern, which has no positions. */
    static Gap ofPattern(String pattern) {
        return new Gap(pattern, null, null, Reason.UNKNOWN);
    }

    /** Returns the gap from this one to a later one. */
    Gap merge(Gap later) {
        return new Gap(topic, from, later.to, reason);
    }

    /** Returns this gap with another end. */
    Gap until(@Nullable Position end) {
        return new Gap(topic, from, end, reason);
    }

    /** Cause of a gap. */
    public enum Reason {
        /** The log let the events go because of its limits in events or bytes. */
        EVICTED,
        /** The events have exceeded the time for which the topic keeps them. */
        EXPIRED,
        /**
         * The position does not belong to this log, for example after a restart.
         *
         * <p>For a pattern: this server may not have received events of others.
         */
        UNKNOWN,
        /** More events were missed than one recovery returns. */
        TOO_MANY,
        /** The server dropped events because the subscriber read too slowly. */
        DROPPED,
        /** The topic keeps no events. */
        NO_LOG;

        /** Returns the name on the wire, such as {@code too-many}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Delivery after a gap at the beginning of a subscription. */
    public enum Action {
        /** New events only; the subscriber loads its state again. */
        NONE,
        /** The newest event that is kept, and new events. */
        NEWEST,
        /** All events that are kept, and new events. */
        ALL
    }
}

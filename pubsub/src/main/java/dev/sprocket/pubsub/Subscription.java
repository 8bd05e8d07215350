package dev.sprocket.pubsub;

import org.jspecify.annotations.Nullable;

/** Subscription of one subscriber to one topic or pattern. */
final class Subscription {
    static final int NOT_A_MEMBER = -1;

    final Subscriber subscriber;
    final LoopSubscribers loopSubscribers;
    /** Index in the members of {@link #loopSubscribers}; accessed by the delivery queue. */
    int index = NOT_A_MEMBER;
    /** True once unsubscribed. No further events are delivered, even before the delivery queue has processed it. */
    volatile boolean unsubscribed;
    /** Beginning in the log; null for new events only, and once it has begun. */
    private @Nullable Start start;

    /**
     * Beginning of a subscription in the log of its topic.
     *
     * @param position position after which events are delivered; null for new events only
     * @param gap gap to be told first; null if there is none
     * @param recovers true if missed events are delivered
     * @param joined position of the last event before the subscription; null without a log
     */
    record Start(@Nullable Position position, @Nullable Gap gap, boolean recovers, @Nullable Position joined) {
        Start(@Nullable Position position, @Nullable Gap gap, boolean recovers) {
            this(position, gap, recovers, null);
        }

        /** Returns the beginning of a subscription that was found in the log. */
        static Start of(Subscribed found) {
            return new Start(found.start(), found.gap(), found.start() != null);
        }

        /** Returns the beginning of a subscription to a pattern whose events may be missing. */
        static Start inDoubt(Topic pattern) {
            return new Start(null, Gap.ofPattern(pattern.id()), false);
        }

        Start joined(@Nullable Position last) {
            return new Start(position, gap, recovers, last);
        }
    }

    Subscription(Subscriber subscriber, LoopSubscribers loopSubscribers, @Nullable Start start) {
        this.subscriber = subscriber;
        this.loopSubscribers = loopSubscribers;
        this.start = start;
    }

    /** Returns how the subscription begins, once; called by the delivery queue. */
    @Nullable
    Start takeStart() {
        Start taken = start;
        start = null;
        return taken;
    }

    /** Reports whether the delivery queue has processed this subscription; called by the delivery queue. */
    boolean isMember() {
        return index != NOT_A_MEMBER;
    }

    Topic topic() {
        return loopSubscribers.state.topic;
    }
}

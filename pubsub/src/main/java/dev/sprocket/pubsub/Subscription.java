package dev.sprocket.pubsub;

/** Subscription of one subscriber to one topic or pattern. */
final class Subscription {
    static final int NOT_A_MEMBER = -1;

    final Subscriber subscriber;
    final LoopSubscribers loopSubscribers;
    /** Index in the members of {@link #loopSubscribers}; accessed by the delivery queue. */
    int index = NOT_A_MEMBER;
    /** True once unsubscribed. No further events are delivered, even before the delivery queue has processed it. */
    volatile boolean unsubscribed;

    Subscription(Subscriber subscriber, LoopSubscribers loopSubscribers) {
        this.subscriber = subscriber;
        this.loopSubscribers = loopSubscribers;
    }

    /** Reports whether the delivery queue has processed this subscription; called by the delivery queue. */
    boolean isMember() {
        return index != NOT_A_MEMBER;
    }

    Topic topic() {
        return loopSubscribers.state.topic;
    }
}

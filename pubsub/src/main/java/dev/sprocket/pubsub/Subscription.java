package dev.sprocket.pubsub;

/** One subscriber's place in a topic. */
final class Subscription {
    static final int NOT_A_MEMBER = -1;

    final Subscriber subscriber;
    final LoopSubscribers loopSubscribers;
    /** Among the group's members, on its lane. */
    int index = NOT_A_MEMBER;
    /** The subscriber has left, whether or not the lane has seen it: no event reaches it any more. */
    volatile boolean unsubscribed;

    Subscription(Subscriber subscriber, LoopSubscribers group) {
        this.subscriber = subscriber;
        this.loopSubscribers = group;
    }
}

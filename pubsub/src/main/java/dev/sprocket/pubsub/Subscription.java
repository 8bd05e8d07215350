package dev.sprocket.pubsub;

/** One subscriber's place in a topic. */
final class Subscription {
    static final int NOWHERE = -1;

    final Subscriber subscriber;
    final LoopSubscribers group;
    /** Among the group's members, on its lane. */
    int index = NOWHERE;
    /** The subscriber has left, whether or not the lane has seen it: no event reaches it any more. */
    volatile boolean gone;

    Subscription(Subscriber subscriber, LoopSubscribers group) {
        this.subscriber = subscriber;
        this.group = group;
    }
}

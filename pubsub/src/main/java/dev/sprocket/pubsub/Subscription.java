package dev.sprocket.pubsub;

/** One subscriber's place in a topic; its index belongs to the group's lane. */
final class Subscription {
    final Subscriber subscriber;
    final Group group;
    int index = -1;

    Subscription(Subscriber subscriber, Group group) {
        this.subscriber = subscriber;
        this.group = group;
    }
}

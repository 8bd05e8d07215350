package dev.sprocket.pubsub;

import java.util.Arrays;
import java.util.List;

/**
 * A topic: a stable handle that may be kept. If the topic empties and fills again, the old handle still works; while it is
 * empty it costs nothing but itself. Handles of the same {@link Topics} with the same id are equal.
 *
 * <p>Threads: any. Events of one publisher reach every subscriber in the order they were published in, across topics.
 */
public final class Topic {
    private final Topics topics;
    private final String id;
    private volatile Group[] groups = {};

    Topic(Topics topics, String id) {
        this.topics = topics;
        this.id = id;
    }

    /** Its name. */
    public String id() {
        return id;
    }

    /** How many are subscribed. */
    public int size() {
        return topics.filled(this).map(Topic::count).orElse(0);
    }

    private synchronized int count() {
        int size = 0;
        for (Group group : groups) {
            size += group.size;
        }
        return size;
    }

    /** Publishes to all subscribers, and returns how many there are. */
    public int broadcast(Event event) {
        return broadcast(event, Audience.EVERYBODY);
    }

    /** Publishes to some of the subscribers, and returns how many there are before the audience is taken into account. */
    public int broadcast(Event event, Audience audience) {
        return topics.filled(this).map(t -> t.publish(event, audience)).orElse(0);
    }

    private int publish(Event event, Audience audience) {
        Publication publication = new Publication(this, event, audience);
        int size = 0;
        synchronized (this) {
            for (Group group : groups) {
                size += group.size;
                publication.retain();
                group.lane.add(publication);
            }
        }
        publication.release();
        return size;
    }

    /** Subscribes. Returns false if it was subscribed already. */
    public boolean subscribe(Subscriber subscriber) {
        return topics.withFilled(this, filled -> filled.add(subscriber));
    }

    /** Unsubscribes; events published from now on do not reach it. Returns false if it was not subscribed. */
    public boolean unsubscribe(Subscriber subscriber) {
        return topics.ifFilled(this, filled -> filled.remove(subscriber));
    }

    /** Whether it is subscribed. */
    public boolean has(Subscriber subscriber) {
        return subscriber.subscriptions().has(this);
    }

    /** With the topic's lock. */
    private boolean add(Subscriber subscriber) {
        Group group = group(topics.lane(subscriber.executor()));
        Subscription subscription = new Subscription(subscriber, group);
        if (!subscriber.subscriptions().add(this, subscription)) {
            topics.emptied(this, groups);
            return false;
        }
        group.size++;
        group.lane.add(() -> group.add(subscription));
        return true;
    }

    /** With the topic's lock. */
    private boolean remove(Subscriber subscriber) {
        Subscription subscription = subscriber.subscriptions().remove(this);
        if (subscription == null) {
            return false;
        }
        Group group = subscription.group;
        group.size--;
        group.lane.add(() -> group.remove(subscription));
        topics.emptied(this, groups);
        return true;
    }

    private Group group(Lane lane) {
        for (Group group : groups) {
            if (group.lane == lane) {
                return group;
            }
        }
        Group[] more = Arrays.copyOf(groups, groups.length + 1);
        Group group = new Group(lane);
        more[groups.length] = group;
        groups = more;
        return group;
    }

    /** On the lane. */
    void deliver(Lane lane, List<Publication> run) {
        for (Group group : groups) {
            if (group.lane == lane) {
                group.deliver(run);
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Topic that && topics == that.topics && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id;
    }
}

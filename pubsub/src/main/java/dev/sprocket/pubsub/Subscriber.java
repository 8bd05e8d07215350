package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Somebody who can subscribe to topics: a connection with a way to encode events, or a function of an application.
 */
@ThreadSafe
public abstract sealed class Subscriber permits ConnectionSubscriber, FunctionSubscriber {
    private final String id;
    private final Executor executor;
    private final Subscriptions subscriptions = new Subscriptions();

    Subscriber(String id, Executor executor) {
        this.id = id;
        this.executor = executor;
    }

    /** What an application's own subscriber does with an event. */
    @FunctionalInterface
    public interface Listener {
        /** Called for each event, one at a time, in order. */
        void onEvent(Topic topic, Event event) throws Exception;
    }

    /**
     * A connection that is sent each event as a message.
     *
     * @param id who it is, for {@link Audience}
     * @param conn a connection that stands on a socket
     * @param format how an event becomes a message
     */
    public static Subscriber of(String id, Connection conn, EventFormat format) {
        return new ConnectionSubscriber(id, conn, format);
    }

    /**
     * A function of the application.
     *
     * @param id who it is, for {@link Audience}
     * @param executor where it is called; must run its tasks one at a time and in order
     */
    public static Subscriber of(String id, Executor executor, Listener listener) {
        return new FunctionSubscriber(id, executor, listener);
    }

    /** Who this is, for {@link Audience}. */
    public String id() {
        return id;
    }

    /** The connection that is sent the events, if it is one. */
    public Optional<Connection> connection() {
        return Optional.empty();
    }

    /** On its executor. */
    abstract void deliver(EncodedRun run);

    /** It is to get a part of a batch, now or when all parts are known. On its executor. */
    abstract void select(DeliveryBatch batch, int part);

    /** It is about to leave a topic. */
    void onUnsubscribe() {}

    /** The topics that it is subscribed to now. */
    public Collection<Topic> topics() {
        return subscriptions.topics();
    }

    /** How many topics it is subscribed to. */
    public int size() {
        return subscriptions.size();
    }

    /** Leaves all topics, and returns those that it was subscribed to. Costs no more than their number. */
    public List<Topic> unsubscribeAll() {
        List<Topic> left = List.copyOf(subscriptions.topics());
        for (Topic topic : left) {
            topic.unsubscribe(this);
        }
        return left;
    }

    Executor executor() {
        return executor;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }
}

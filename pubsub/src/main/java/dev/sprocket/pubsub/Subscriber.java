package dev.sprocket.pubsub;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.pubsub.internal.delivery.CompactMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Recipient of the events of topics: a connection, or a function of the application.
 */
@ThreadSafe
public abstract sealed class Subscriber implements Audience.Member permits ConnectionSubscriber, FunctionSubscriber {
    /**
     * Subscriptions whose beginning a log is looking for, by subscriber.
     *
     * <p>Usually empty, so that a subscriber needs no memory for them.
     */
    private static final Map<Subscriber, Map<Topic, CompletableFuture<Subscribed>>> PENDING = new ConcurrentHashMap<>();

    private final String id;
    private final Executor executor;
    private final CompactMap<Topic, Subscription> subscriptions = new CompactMap<>(Subscription::topic);

    Subscriber(String id, Executor executor) {
        this.id = id;
        this.executor = executor;
    }

    /** Callback of an application for events. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Called for each event, in order and not concurrently.
         *
         * @param topic name of the topic on which the event was published
         */
        void onEvent(String topic, Event event) throws Exception;

        /**
         * Called for each event; calls {@link #onEvent(String, Event)} by default.
         *
         * @param event event with its topic and its position in the log
         */
        default void onPublished(PublishedEvent event) throws Exception {
            onEvent(event.topic(), event.event());
        }

        /** Called for each notice about the log of a topic, in order with the events. */
        default void onNotice(Notice notice) throws Exception {}
    }

    /**
     * Creates a subscriber that sends each event to a connection.
     *
     * @param id id of the subscriber, for {@link Audience}
     * @param conn connection over a socket
     * @param format encodes events as messages
     */
    public static Subscriber of(String id, Connection conn, EventFormat format) {
        return new ConnectionSubscriber(id, conn, format, null);
    }

    /**
     * Creates a subscriber that sends each event with a head of its own.
     *
     * @param id id of the subscriber, for {@link Audience}
     * @param conn connection over a socket
     * @param format encodes events as messages
     * @param head returns the head of each message of this connection
     */
    public static Subscriber of(String id, Connection conn, EventFormat format, EventFormat.Head head) {
        return new ConnectionSubscriber(id, conn, format, head);
    }

    /**
     * Creates a subscriber that calls a function of the application.
     *
     * <p>An executor that runs tasks in the calling thread is for callbacks that never block: the caller is a
     * publisher, or the thread of the engine.
     *
     * @param id id of the subscriber, for {@link Audience}
     * @param executor executor of the callback; must run its tasks one at a time and in order
     */
    public static Subscriber of(String id, Executor executor, Listener listener) {
        return new FunctionSubscriber(id, executor, listener);
    }

    /** Returns the id of the subscriber, for {@link Audience}. */
    @Override
    public String id() {
        return id;
    }

    /** Returns the connection that receives the events; empty for a function. */
    @Override
    public Optional<Connection> connection() {
        return Optional.empty();
    }

    /** Delivers events; called on the executor. */
    abstract void deliver(EncodedRun run);

    /** Delivers events individually, each with the gap before it; called on the executor. */
    abstract void deliverEach(List<InFlightEvent> events);

    /** Returns what identifies the connection of this subscriber when it drops events. */
    abstract Object outlet();

    /**
     * Selects this subscriber as a recipient of a part of a batch.
     *
     * <p>Called on the executor. The part is delivered immediately, or together with the other parts of the batch.
     */
    abstract void select(DeliveryBatch batch, int part);

    /** Lets the selected parts be delivered individually, each with the gap before it. */
    void selectEach() {}

    /**
     * Delivers events of a topic with a log while the peer reads them.
     *
     * <p>Called on the executor.
     *
     * @return number of events that were delivered
     */
    abstract int deliverWhileWritable(EncodedRun run);

    /** Reports whether the peer reads fast enough to deliver more events. */
    abstract boolean isWritable();

    /** Runs a task when {@link #isWritable} is true; never if the connection closes before. */
    abstract void whenWritable(Runnable task);

    /**
     * Delivers a notice about the log of a topic; called on the executor.
     *
     * @return false if the protocol cannot express it
     */
    @CanIgnoreReturnValue
    abstract boolean notice(Notice notice);

    /** Called before this subscriber is removed from a topic. */
    void onUnsubscribe() {}

    /** Returns the topics and patterns to which this subscriber is subscribed. */
    public Collection<Topic> topics() {
        return subscriptions.keys();
    }

    /** Returns the number of topics and patterns to which this subscriber is subscribed. */
    public int size() {
        return subscriptions.size();
    }

    /**
     * Unsubscribes from all topics and returns them.
     *
     * <p>Cancels pending subscriptions. Takes time proportional to their number.
     */
    @CanIgnoreReturnValue
    public List<Topic> unsubscribeAll() {
        Map<Topic, CompletableFuture<Subscribed>> pending = PENDING.get(this);
        if (pending != null) {
            pending.keySet().forEach(topic -> topic.unsubscribe(this));
        }
        List<Topic> left = subscriptions.keys();
        for (Topic topic : left) {
            topic.unsubscribe(this);
        }
        return left;
    }

    /** Adds a pending subscription, or returns the one that is pending already. */
    @Nullable
    CompletableFuture<Subscribed> addPending(Topic topic, CompletableFuture<Subscribed> added) {
        List<CompletableFuture<Subscribed>> existing = new ArrayList<>(1);
        PENDING.compute(this, (self, all) -> {
            Map<Topic, CompletableFuture<Subscribed>> changed = all == null ? new ConcurrentHashMap<>() : all;
            CompletableFuture<Subscribed> other = changed.putIfAbsent(topic, added);
            if (other != null) {
                existing.add(other);
            }
            return changed;
        });
        return existing.isEmpty() ? null : existing.get(0);
    }

    /** Returns the pending subscription to a topic; null if there is none. */
    @Nullable
    CompletableFuture<Subscribed> pending(Topic topic) {
        Map<Topic, CompletableFuture<Subscribed>> all = PENDING.get(this);
        return all == null ? null : all.get(topic);
    }

    /** Removes a pending subscription; returns false if it was cancelled. */
    boolean endPending(Topic topic, CompletableFuture<Subscribed> ended) {
        return pending(topic) == ended && takePending(topic) == ended;
    }

    /** Removes and returns the pending subscription to a topic; null if there is none. */
    @Nullable
    CompletableFuture<Subscribed> takePending(Topic topic) {
        if (!PENDING.containsKey(this)) {
            return null;
        }
        List<CompletableFuture<Subscribed>> taken = new ArrayList<>(1);
        PENDING.computeIfPresent(this, (self, all) -> {
            CompletableFuture<Subscribed> removed = all.remove(topic);
            if (removed != null) {
                taken.add(removed);
            }
            return all.isEmpty() ? null : all;
        });
        return taken.isEmpty() ? null : taken.get(0);
    }

    Executor executor() {
        return executor;
    }

    CompactMap<Topic, Subscription> subscriptions() {
        return subscriptions;
    }
}

package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.pubsub.internal.delivery.LoopDeliveryQueue;
import dev.sprocket.pubsub.internal.delivery.TopicLocks.TopicLock;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Live state of one topic or pattern: its subscribers, window and counters.
 *
 * <p>Created for the first subscriber and removed with the last one; a later subscriber gets a new state.
 */
@ThreadSafe
final class TopicState {
    private static final LoopSubscribers[] NONE = {};

    /** Source of the events of a topic, beside those that are published here. */
    enum Source {
        /** None: a reserved name. */
        NONE,
        /** Log, which also hands over the events that are published here. */
        LOG,
        /** Other servers. */
        RELAY
    }

    final Topic topic;
    /** Source of events; changed under the lock. */
    volatile Source source = Source.NONE;
    /** Lock that changes require. */
    final TopicLock lock;

    private final TopicOverflow overflow;
    private final EventLog log;
    private volatile TopicSettings settings;
    /** Position of the last event that was queued; null if the topic has no log. Guarded by the lock. */
    private @Nullable Position last;
    /** Subscribers by delivery queue; contains no empty entries. */
    private volatile LoopSubscribers[] loopSubscribers = NONE;
    /** Number of subscribers; guarded by the lock. */
    private int size;
    /** Number of events since the topic became active; guarded by the lock. */
    private long published;

    TopicState(Topic topic, TopicLock lock, TopicSettings settings, TopicOverflow overflow, EventLog log) {
        this.topic = topic;
        this.lock = lock;
        this.overflow = overflow;
        this.settings = settings;
        this.log = log;
    }

    TopicSettings settings() {
        return settings;
    }

    /** Sets other settings and the last position; the caller holds the lock. */
    void settings(TopicSettings other, @Nullable Position top) {
        settings = other;
        overflow.policy(other.slowReaders().orElse(null));
        last = top;
    }

    /** Lets subscribers continue with or without a log; the caller holds the lock. */
    void changeLog() {
        Position top = last;
        for (LoopSubscribers subscribers : loopSubscribers) {
            subscribers.queue.add(() -> subscribers.changeLog(top));
        }
    }

    EventLog log() {
        return log;
    }

    /** Returns the position of the last event that was queued; the caller holds the lock. */
    @Nullable
    Position last() {
        return last;
    }

    /** Sets the position behind which events begin; the caller holds the lock. */
    void begin(Position top) {
        if (last == null && source == Source.LOG) {
            last = top;
            for (LoopSubscribers subscribers : loopSubscribers) {
                subscribers.queue.add(() -> subscribers.beginLive(top));
            }
        }
    }

    /** Reports whether slow readers catch up from the log. */
    boolean catchesUp() {
        return topic.match() == MatchPolicy.EXACT && settings.catchesUp();
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** Reports whether there is no subscriber; the caller holds the lock. */
    boolean isEmpty() {
        return size == 0;
    }

    long published() {
        lock.lock();
        try {
            return published;
        } finally {
            lock.unlock();
        }
    }

    List<Subscriber> subscribers() {
        List<Subscriber> all = new ArrayList<>();
        for (LoopSubscribers subscribers : loopSubscribers) {
            subscribers.copyTo(all);
        }
        return all;
    }

    TopicOverflow overflow() {
        return overflow;
    }

    /** Marks the next event of a connection that loses one; called on its event loop. */
    void onLost(Outbound lossy) {
        for (LoopSubscribers subscribers : loopSubscribers) {
            if (subscribers.queue.runsOn(lossy.loop())) {
                subscribers.onLost(lossy);
            }
        }
    }

    /**
     * Queues an event for the current subscribers; the caller holds the lock.
     *
     * @return number of subscribers
     */
    int enqueue(InFlightEvent event) {
        Position position = event.published.position();
        if (position != null && topic.match() == MatchPolicy.EXACT) {
            Position before = last;
            if (before != null && before.epoch() == position.epoch() && before.offset() >= position.offset()) {
                return 0; // it was in the log before the first subscriber came
            }
            event.previous = before;
            last = position;
        }
        published++;
        for (LoopSubscribers subscribers : loopSubscribers) {
            event.retain();
            subscribers.queue.add(event);
        }
        return size;
    }

    /** Queues a gap for the current subscribers; returns what delivers it. */
    EventLog.Delivery tell(Gap gap) {
        lock.lock();
        try {
            last = gap.to();
            LoopSubscribers[] queues = loopSubscribers;
            for (LoopSubscribers subscribers : queues) {
                subscribers.queue.add(() -> subscribers.tellAll(gap));
            }
            int subscribers = size;
            return () -> {
                schedule(queues);
                return subscribers;
            };
        } finally {
            lock.unlock();
        }
    }

    /** Returns the subscribers by delivery queue, for {@link #schedule}; the caller holds the lock. */
    LoopSubscribers[] queues() {
        return loopSubscribers;
    }

    /** Schedules the delivery of events that were queued for {@link #queues}; the caller holds no lock. */
    static void schedule(LoopSubscribers[] queues) {
        for (LoopSubscribers subscribers : queues) {
            subscribers.queue.schedule(subscribers.state.settings.windowNanos());
        }
    }

    /** Adds a subscriber; the caller holds the lock. Returns false if it was subscribed already. */
    boolean add(Subscriber subscriber, LoopDeliveryQueue<InFlightEvent> queue, Subscription.@Nullable Start start) {
        LoopSubscribers existing = subscribersOn(queue);
        LoopSubscribers subscribers = existing == null ? new LoopSubscribers(this, queue, last) : existing;
        Subscription subscription =
                new Subscription(subscriber, subscribers, start == null ? null : start.joined(last));
        if (!subscriber.subscriptions().add(subscription)) {
            return false;
        }
        if (existing == null) {
            LoopSubscribers[] enlarged = Arrays.copyOf(loopSubscribers, loopSubscribers.length + 1);
            enlarged[loopSubscribers.length] = subscribers;
            loopSubscribers = enlarged;
        }
        size++;
        subscribers.join(subscription);
        return true;
    }

    /**
     * Removes a subscriber; the caller holds the lock.
     *
     * @return the queue whose changes must be scheduled; null if the subscriber was not subscribed
     */
    @Nullable
    LoopDeliveryQueue<InFlightEvent> remove(Subscriber subscriber) {
        Subscription subscription = subscriber.subscriptions().remove(topic);
        if (subscription == null) {
            return null;
        }
        LoopSubscribers subscribers = subscription.loopSubscribers;
        size--;
        subscribers.leave(subscription);
        if (subscribers.size == 0) {
            loopSubscribers = Arrays.stream(loopSubscribers)
                    .filter(other -> other != subscribers)
                    .toArray(LoopSubscribers[]::new);
        }
        return subscribers.queue;
    }

    /** Returns the subscribers of a delivery queue, or null if there are none. */
    @Nullable
    LoopSubscribers subscribersOn(LoopDeliveryQueue<InFlightEvent> queue) {
        for (LoopSubscribers subscribers : loopSubscribers) {
            if (subscribers.queue == queue) {
                return subscribers;
            }
        }
        return null;
    }
}

package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.pubsub.TopicLocks.TopicLock;
import dev.sprocket.pubsub.internal.delivery.LoopDeliveryQueue;
import dev.sprocket.pubsub.internal.delivery.LoopDeliveryQueues;
import dev.sprocket.pubsub.internal.pattern.PatternMap;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Topics and patterns with subscribers; others are not stored.
 *
 * <p>An event is queued for its topic and all matching patterns while their locks are held together. So all subscribers
 * of a topic receive its events in one order, whether they are subscribed to the topic or to a pattern, and so do all
 * subscribers of topics that share a pattern. Publishes to topics without a common pattern or lock run in parallel.
 */
@ThreadSafe
final class ActiveTopics implements TopicRegistry {
    private final Map<String, TopicState> exact = new ConcurrentHashMap<>();
    private final PatternMap<TopicState> patterns = new PatternMap<>();
    private final TopicLocks locks = new TopicLocks();
    private final LoopDeliveryQueues<InFlightEvent> queues = new LoopDeliveryQueues<>(DeliveryBatch::new);
    private final List<PublishListener> publishListeners = new CopyOnWriteArrayList<>();
    private final TopicListeners listeners = new TopicListeners();
    private final DropCounter dropStats = new DropCounter();
    private final AtomicLong lastNumber = new AtomicLong();
    private final LongAdder published = new LongAdder();
    private final LongAdder pendingBytes = new LongAdder();
    private final AtomicLong subscriptionBytes = new AtomicLong();
    private final Function<String, TopicSettings> settings;

    ActiveTopics(Function<String, TopicSettings> settings) {
        this.settings = settings;
    }

    TopicListeners listeners() {
        return listeners;
    }

    List<PublishListener> publishListeners() {
        return publishListeners;
    }

    DropCounter dropStats() {
        return dropStats;
    }

    long published() {
        return published.sum();
    }

    long pendingBytes() {
        return pendingBytes.sum();
    }

    long subscriptionBytes() {
        return subscriptionBytes.get();
    }

    /** Returns the topics with subscribers, without patterns. */
    Collection<TopicState> topics() {
        return exact.values();
    }

    /** Returns the patterns with subscribers. */
    Collection<TopicState> patterns() {
        List<TopicState> all = new ArrayList<>(patterns.values(MatchPolicy.PREFIX));
        all.addAll(patterns.values(MatchPolicy.WILDCARD));
        return all;
    }

    @Nullable
    TopicState find(MatchPolicy match, String id) {
        return match == MatchPolicy.EXACT
                ? exact.get(id)
                : patterns.get(match, id).orElse(null);
    }

    @Override
    public @Nullable TopicState find(Topic topic) {
        return find(topic.match(), topic.id());
    }

    /**
     * Returns a topic and its matching patterns, if they have subscribers.
     *
     * <p>Does not iterate over other topics.
     */
    List<TopicState> matching(String name) {
        TopicState same = exact.get(name);
        if (patterns.isEmpty()) {
            return same == null ? List.of() : List.of(same);
        }
        List<TopicState> found = new ArrayList<>();
        if (same != null) {
            found.add(same);
        }
        boolean reserved = Topics.isReserved(name);
        patterns.forEachMatch(name, pattern -> {
            if (!reserved || Topics.isReserved(pattern.topic.id())) {
                found.add(pattern);
            }
        });
        return found;
    }

    /** Reports whether a subscriber is subscribed to a topic or a matching pattern. */
    boolean reaches(String name, Subscriber subscriber) {
        for (TopicState state : matching(name)) {
            if (state.topic.has(subscriber)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int publish(Topic topic, Event event, Audience audience) {
        List<TopicState> matching = matching(topic.id());
        long number = 0;
        int subscribers = 0;
        if (!matching.isEmpty()) {
            TopicLock[] locked = locks(matching);
            LoopSubscribers[][] queues = new LoopSubscribers[matching.size()][];
            PendingEvent pending = new PendingEvent(pendingBytes, event);
            try {
                TopicLocks.lockAll(locked);
                try {
                    for (int i = 0; i < queues.length; i++) {
                        TopicState state = matching.get(i);
                        queues[i] = state.queues();
                        if (queues[i].length > 0) {
                            number = number == 0 ? lastNumber.incrementAndGet() : number;
                            PublishedEvent published = new PublishedEvent(
                                    topic.id(), event, number, state.topic.match(), state.topic.id());
                            InFlightEvent inFlight = new InFlightEvent(state, published, audience, pending);
                            subscribers += state.enqueue(inFlight);
                            inFlight.release();
                        }
                    }
                } finally {
                    TopicLocks.unlockAll(locked);
                }
                for (int i = 0; i < queues.length; i++) {
                    matching.get(i).schedule(queues[i]);
                }
            } finally {
                pending.release();
            }
        }
        if (number != 0) {
            published.increment();
        }
        if (!publishListeners.isEmpty()) {
            PublishedEvent published =
                    new PublishedEvent(topic.id(), event, number == 0 ? lastNumber.incrementAndGet() : number);
            publishListeners.forEach(listener -> listener.onPublished(published, audience));
        }
        return subscribers;
    }

    private static TopicLock[] locks(List<TopicState> matching) {
        TopicLock[] all = new TopicLock[matching.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = matching.get(i).lock;
        }
        return all;
    }

    @Override
    public boolean subscribe(Topic topic, Subscriber subscriber) {
        LoopDeliveryQueue<InFlightEvent> queue = queues.of(subscriber.executor());
        TopicLock lock = locks.of(topic.match(), topic.id());
        TopicState created = null;
        while (true) {
            if (created == null && find(topic) == null) {
                created = create(topic, lock);
            }
            lock.lock();
            try {
                TopicState existing = find(topic);
                TopicState state = existing == null ? created : existing;
                if (state == null) { // its last subscriber has just left
                    continue;
                }
                if (!state.add(subscriber, queue)) {
                    return false;
                }
                if (existing == null) {
                    put(state);
                    notifyListeners(state.topic, listener -> listener.onActive(state.topic));
                }
                subscriptionBytes.addAndGet(Topics.subscriptionCost(topic.id()));
            } finally {
                lock.unlock();
            }
            queue.scheduleChanges();
            listeners.dispatch();
            return true;
        }
    }

    private TopicState create(Topic topic, TopicLock lock) {
        TopicSettings chosen = settings.apply(topic.id());
        TopicOverflow overflow =
                new TopicOverflow(chosen.slowReaders().orElse(null), dropStats, dropped -> onDropped(topic, dropped));
        return new TopicState(topic, lock, chosen, overflow);
    }

    @Override
    public boolean unsubscribe(Topic topic, Subscriber subscriber) {
        LoopDeliveryQueue<InFlightEvent> queue;
        TopicLock lock = locks.of(topic.match(), topic.id());
        lock.lock();
        try {
            TopicState state = find(topic);
            queue = state == null ? null : state.remove(subscriber);
            if (state == null || queue == null) {
                return false;
            }
            if (state.isEmpty()) {
                remove(state);
                notifyListeners(state.topic, listener -> listener.onInactive(state.topic));
            }
            subscriptionBytes.addAndGet(-Topics.subscriptionCost(topic.id()));
        } finally {
            lock.unlock();
        }
        queue.scheduleChanges();
        listeners.dispatch();
        return true;
    }

    /** Adds a state; the caller holds its lock. */
    private void put(TopicState state) {
        Topic topic = state.topic;
        if (topic.match() == MatchPolicy.EXACT) {
            exact.put(topic.id(), state);
        } else {
            patterns.computeIfAbsent(topic.match(), topic.id(), () -> state);
        }
    }

    /** Removes a state without subscribers; the caller holds its lock. */
    private void remove(TopicState state) {
        Topic topic = state.topic;
        if (topic.match() == MatchPolicy.EXACT) {
            exact.remove(topic.id(), state);
        } else {
            patterns.remove(topic.match(), topic.id(), state);
        }
    }

    /** Queues a notification of the listeners about a topic, but not about a pattern. */
    private void notifyListeners(Topic topic, Consumer<TopicListener> callback) {
        if (topic.match() == MatchPolicy.EXACT) {
            listeners.enqueue(topic, callback);
        }
    }

    private void onDropped(Topic topic, TopicOverflow overflow) {
        if (!listeners.isEmpty() && overflow.startNotification()) {
            listeners.enqueue(topic, listener -> {
                overflow.endNotification();
                listener.onDropped(topic, overflow.dropStats());
            });
            listeners.dispatch();
        }
    }
}

package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.DropStats;
import dev.sprocket.core.internal.text.Surrogates;
import dev.sprocket.pubsub.internal.pattern.PatternMap;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Registry of topics.
 *
 * <p>Components and bridges that use the same object share its topics. A server can have several.
 */
@ThreadSafe
public final class Topics {
    /** Maximum length of a topic id, in characters: 512. */
    public static final int MAX_ID_LENGTH = 512;

    /** Topics with subscribers; others are not stored. */
    private final Map<String, Topic> active = new ConcurrentHashMap<>();
    /** Patterns with subscribers. */
    private final PatternMap<Topic> patterns = new PatternMap<>();

    private final List<PublishListener> publishListeners = new CopyOnWriteArrayList<>();

    private final LoopDeliveryQueues deliveryQueues = new LoopDeliveryQueues();
    private final TopicListeners listeners = new TopicListeners();
    private final DropStats dropStats = new DropStats();
    private final AtomicLong lastNumber = new AtomicLong();
    private final LongAdder published = new LongAdder();
    private final LongAdder pendingBytes = new LongAdder();
    private final AtomicLong subscriptionBytes = new AtomicLong();
    private final Function<String, TopicSettings> settings;

    /** Shared objects by type; see {@link #shared}. */
    private final Map<Class<?>, Object> shared = new ConcurrentHashMap<>();

    /** Creates topics with {@linkplain TopicSettings#DEFAULT default settings}. */
    public Topics() {
        this(id -> TopicSettings.DEFAULT);
    }

    /**
     * Creates topics with individual settings.
     *
     * @param settings returns the settings of a topic id; called whenever a topic gets its first subscriber
     */
    public Topics(Function<String, TopicSettings> settings) {
        this.settings = settings;
    }

    /**
     * Returns the topic of a name, with or without subscribers.
     *
     * @throws IllegalArgumentException if the name is empty, longer than 512 characters, or has an unpaired surrogate
     */
    public Topic topic(String id) {
        Topic existing = active.get(id);
        if (existing != null) {
            return existing;
        }
        check(id);
        return new Topic(this, id, MatchPolicy.EXACT);
    }

    /**
     * Returns a pattern of topics for subscriptions.
     *
     * <p>Its subscribers receive the events of all matching topics, including topics that are created later.
     *
     * @throws IllegalArgumentException if the pattern is empty, longer than 512 characters, or has an unpaired
     *     surrogate
     */
    public Topic pattern(MatchPolicy match, String pattern) {
        if (match == MatchPolicy.EXACT) {
            return topic(pattern);
        }
        check(pattern);
        return patterns.get(match, pattern).orElseGet(() -> new Topic(this, pattern, match));
    }

    /**
     * Reports whether a name is reserved for the protocol.
     *
     * <p>Reserved are {@code wamp} and all names that begin with {@code wamp.}. Peers and backends cannot publish on
     * them. A pattern matches reserved names only if it is reserved itself: the prefixes {@code w} and {@code wam} do
     * not match {@code wamp.session.on_join}, {@code wamp.session.} does.
     */
    public static boolean isReserved(String name) {
        return name.equals("wamp") || name.startsWith("wamp.");
    }

    private static void check(String id) {
        if (id.isEmpty() || id.length() > MAX_ID_LENGTH) {
            throw new IllegalArgumentException(
                    "topic of " + id.length() + " characters (expected: 1-" + MAX_ID_LENGTH + ")");
        }
        if (!Surrogates.arePaired(id)) {
            // encoded as UTF-8, its name would equal that of another topic
            throw new IllegalArgumentException("topic with an unpaired surrogate (expected: valid Unicode)");
        }
    }

    /** Returns the topics that have subscribers, in no particular order. */
    public Collection<Topic> all() {
        return List.copyOf(active.values());
    }

    /**
     * Returns the active topics with a prefix, sorted by id.
     *
     * <p>Iterates over all topics.
     */
    public List<Topic> find(String prefix) {
        return active.values().stream()
                .filter(topic -> topic.id().startsWith(prefix))
                .sorted((one, other) -> one.id().compareTo(other.id()))
                .toList();
    }

    /** Returns the number of topics that have subscribers. */
    public int size() {
        return active.size();
    }

    /**
     * Adds a listener for active and inactive topics and for dropped events.
     *
     * @param executor executor of the listener's callbacks; they are in order if it runs its tasks in order
     */
    public void addListener(Executor executor, TopicListener listener) {
        listeners.add(executor, listener);
    }

    /** Removes a listener that was added with {@link #addListener(Executor, TopicListener)}. */
    public void removeListener(TopicListener listener) {
        listeners.remove(listener);
    }

    /** Adds a listener that is notified of every published event, before the publishing call returns. */
    public void addListener(PublishListener listener) {
        publishListeners.add(listener);
    }

    /**
     * Removes the retained events of a topic.
     *
     * <p>Calls {@link PublishListener#clearRetained} of all listeners; WAMP v2 retains events.
     *
     * @return false if there are none
     */
    public boolean clearRetained(String topic) {
        boolean cleared = false;
        for (PublishListener listener : publishListeners) {
            cleared |= listener.clearRetained(topic);
        }
        return cleared;
    }

    /**
     * Returns the object of a type that all users of these topics share.
     *
     * @param create creates the object at the first call
     */
    public <T> T shared(Class<T> type, Supplier<? extends T> create) {
        return type.cast(shared.computeIfAbsent(type, any -> create.get()));
    }

    /** Removes a listener that was added with {@link #addListener(PublishListener)}. */
    public void removeListener(PublishListener listener) {
        publishListeners.remove(listener);
    }

    /** Returns the statistics of events of all topics that were dropped for slow readers. */
    public DropStats dropStats() {
        return dropStats;
    }

    /** Returns the number of events that were published to topics with subscribers. */
    public long published() {
        return published.sum();
    }

    /**
     * Returns the memory of published events that are not yet delivered, in bytes.
     *
     * <p>Each event counts once, with its text and a fixed overhead, regardless of the number of subscribers and
     * matching patterns. Bytes that were passed to a connection but not yet read by its peer are not included.
     * Publishers should pause while this value is high.
     */
    public long pendingBytes() {
        return pendingBytes.sum();
    }

    /** Returns the approximate memory of all subscriptions, in bytes; see {@link #subscriptionCost}. */
    public long subscriptionBytes() {
        return subscriptionBytes.get();
    }

    /** Returns the approximate memory of one subscription to a topic or pattern, in bytes. */
    public static long subscriptionCost(String name) {
        return 128 + name.length();
    }

    void addSubscriptionBytes(long bytes) {
        subscriptionBytes.addAndGet(bytes);
    }

    void addPendingBytes(long bytes) {
        pendingBytes.add(bytes);
    }

    TopicListeners listeners() {
        return listeners;
    }

    TopicSettings settings(String id) {
        return settings.apply(id);
    }

    long nextNumber() {
        return lastNumber.incrementAndGet();
    }

    Optional<Topic> active(Topic handle) {
        return Optional.ofNullable(find(handle));
    }

    private @Nullable Topic find(Topic handle) {
        return handle.match() == MatchPolicy.EXACT
                ? active.get(handle.id())
                : patterns.get(handle.match(), handle.id()).orElse(null);
    }

    private Topic findOrActivate(Topic handle) {
        return handle.match() == MatchPolicy.EXACT
                ? active.computeIfAbsent(handle.id(), id -> handle)
                : patterns.computeIfAbsent(handle.match(), handle.id(), () -> handle);
    }

    /** Publishes an event to the subscribers of a topic and its matching patterns. Returns their number. */
    int publish(Topic topic, Event event, Audience audience) {
        List<Topic> matching = matching(topic.id());
        long number = 0;
        int size = 0;
        if (!matching.isEmpty()) {
            PendingEvent pending = new PendingEvent(this, event);
            try {
                for (Topic match : matching) {
                    size += match.subscriberCount();
                    number = match.publish(topic, event, audience, number, pending);
                }
            } finally {
                pending.release();
            }
        }
        if (number != 0) {
            published.increment();
        }
        if (!publishListeners.isEmpty()) {
            PublishedEvent published = new PublishedEvent(topic, event, number == 0 ? nextNumber() : number, topic);
            publishListeners.forEach(listener -> listener.onPublished(published, audience));
        }
        return size;
    }

    /**
     * Returns the topic of a name and its matching patterns, if they have subscribers.
     *
     * <p>Does not iterate over other topics.
     *
     * @param name name of a topic
     */
    public List<Topic> matching(String name) {
        Topic exact = active.get(name);
        if (patterns.isEmpty()) {
            return exact == null ? List.of() : List.of(exact);
        }
        List<Topic> found = new ArrayList<>();
        if (exact != null) {
            found.add(exact);
        }
        if (isReserved(name)) {
            patterns.forEachMatch(name, pattern -> {
                if (isReserved(pattern.id())) {
                    found.add(pattern);
                }
            });
        } else {
            patterns.forEachMatch(name, found::add);
        }
        return found;
    }

    /** Runs an action on the active topic of a handle. The handle becomes that topic if there is none. */
    @SuppressWarnings("ReferenceEquality") // equal handles have separate subscribers
    boolean withActive(Topic handle, Predicate<Topic> action) {
        while (true) {
            Topic topic = findOrActivate(handle);
            synchronized (topic) {
                if (find(handle) == topic) {
                    return action.test(topic);
                }
            }
        }
    }

    /** Runs an action on the active topic of a handle. Returns false if there is none. */
    @SuppressWarnings("ReferenceEquality") // equal handles have separate subscribers
    boolean ifActive(Topic handle, Predicate<Topic> action) {
        Topic topic = find(handle);
        while (topic != null) {
            synchronized (topic) {
                if (find(handle) == topic) {
                    return action.test(topic);
                }
            }
            topic = find(handle);
        }
        return false;
    }

    /** Removes a topic without subscribers; the caller holds the topic's lock. */
    void deactivate(Topic topic) {
        if (topic.match() == MatchPolicy.EXACT) {
            active.remove(topic.id(), topic);
        } else {
            patterns.remove(topic.match(), topic.id(), topic);
        }
    }

    LoopDeliveryQueue deliveryQueue(Executor executor) {
        return deliveryQueues.of(executor);
    }
}

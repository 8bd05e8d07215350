package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.DropStats;
import dev.sprocket.core.spi.Surrogates;
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
 * All topics of a server, or of a part of it: components and bridges that are given the same object share its topics.
 */
@ThreadSafe
public final class Topics {
    /** The longest id of a topic, in characters: 512. */
    public static final int MAX_ID_LENGTH = 512;

    /** The topics with subscribers; others need nobody to remember them. */
    private final Map<String, Topic> active = new ConcurrentHashMap<>();
    /** The patterns with subscribers. */
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

    /** What users of these topics share, by its type. */
    private final Map<Class<?>, Object> shared = new ConcurrentHashMap<>();

    /** Topics that all have the default settings. */
    public Topics() {
        this(id -> TopicSettings.DEFAULT);
    }

    /** Topics with settings by their ids; asked whenever a topic gets its first subscriber. */
    public Topics(Function<String, TopicSettings> settings) {
        this.settings = settings;
    }

    /**
     * The topic of this name, whether or not anybody has subscribed.
     *
     * @throws IllegalArgumentException if the name is empty, longer than 512 characters, or has an unpaired surrogate
     */
    public Topic topic(String id) {
        Topic known = active.get(id);
        if (known != null) {
            return known;
        }
        check(id);
        return new Topic(this, id, MatchPolicy.EXACT);
    }

    /**
     * All topics whose names fit a pattern, to subscribe to: those of the future as well.
     *
     * @throws IllegalArgumentException as {@link #topic}
     */
    public Topic pattern(MatchPolicy match, String pattern) {
        if (match == MatchPolicy.EXACT) {
            return topic(pattern);
        }
        check(pattern);
        return patterns.get(match, pattern).orElseGet(() -> new Topic(this, pattern, match));
    }

    /**
     * Whether a name belongs to the protocol: {@code wamp} and everything below {@code wamp.}.
     *
     * <p>Peers and backends cannot publish there. A pattern matches such names only if it is reserved itself: the prefixes
     * {@code w} and {@code wam} do not match {@code wamp.session.on_join}, {@code wamp.session.} does.
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
            // on the wire it would have the name of another topic
            throw new IllegalArgumentException("topic with an unpaired surrogate (expected: valid Unicode)");
        }
    }

    /** The topics that have subscribers now, in no order. */
    public Collection<Topic> all() {
        return List.copyOf(active.values());
    }

    /** The topics that have subscribers now and whose ids begin so, by their ids; looks at all topics. */
    public List<Topic> find(String prefix) {
        return active.values().stream()
                .filter(topic -> topic.id().startsWith(prefix))
                .sorted((one, other) -> one.id().compareTo(other.id()))
                .toList();
    }

    /** How many topics have subscribers now. */
    public int size() {
        return active.size();
    }

    /**
     * Tells somebody what becomes of topics from now on, until {@link #removeListener}.
     *
     * @param executor where it is called; in order, if that runs its tasks in order
     */
    public void addListener(Executor executor, TopicListener listener) {
        listeners.add(executor, listener);
    }

    /** Ends what {@link #addListener} began. */
    public void removeListener(TopicListener listener) {
        listeners.remove(listener);
    }

    /** Tells somebody of all that is published from now on, before the publishing call returns. */
    public void addListener(PublishListener listener) {
        publishListeners.add(listener);
    }

    /**
     * Removes the retained events of a topic, of whoever retains events of these topics (WAMP v2 does). Returns false if there
     * are none.
     */
    public boolean clearRetained(String topic) {
        boolean cleared = false;
        for (PublishListener listener : publishListeners) {
            cleared |= listener.clearRetained(topic);
        }
        return cleared;
    }

    /** Returns the object of this type that all users of these topics share; made at the first call. */
    public <T> T shared(Class<T> type, Supplier<? extends T> make) {
        return type.cast(shared.computeIfAbsent(type, any -> make.get()));
    }

    /** Ends what {@link #addListener(PublishListener)} began. */
    public void removeListener(PublishListener listener) {
        publishListeners.remove(listener);
    }

    /** What all topics have lost because subscribers read too slowly. */
    public DropStats dropStats() {
        return dropStats;
    }

    /** How many events were published to topics that had subscribers. */
    public long published() {
        return published.sum();
    }

    /**
     * How much of what was published has yet to be handed to subscribers, in bytes: each event's text and what it costs
     * beside that, once, however many it is for and however many patterns match its topic. What a connection has been handed and its peer has not read is not in it.
     * Whoever publishes faster than that falls holds back here.
     */
    public long pendingBytes() {
        return pendingBytes.sum();
    }

    /** How much memory all subscriptions take, in bytes, roughly: see {@link #subscriptionCost}. */
    public long subscriptionBytes() {
        return subscriptionBytes.get();
    }

    /** How much memory a subscription to a topic or pattern of this name takes, in bytes, roughly. */
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

    /** Publishes to those who are subscribed to a topic or to a pattern that it fits, and returns how many they are. */
    int publish(Topic topic, Event event, Audience audience) {
        List<Topic> ways = matching(topic.id());
        long number = 0;
        int size = 0;
        if (!ways.isEmpty()) {
            PendingEvent inFlight = new PendingEvent(this, event);
            try {
                for (Topic way : ways) {
                    size += way.subscriberCount();
                    number = way.publish(topic, event, audience, number, inFlight);
                }
            } finally {
                inFlight.release();
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
     * The topic of this name and the patterns that match it, of those that have subscribers now. Looks at no others.
     *
     * @param name the name of a topic
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

    /** Does something to the topic that stands for this handle, making this handle that topic if there is none. */
    @SuppressWarnings("ReferenceEquality") // equal handles have groups of their own
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

    /** Does something to the topic that stands for this handle; false if there is none. */
    @SuppressWarnings("ReferenceEquality") // as above
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

    /** With the topic's lock: nobody is left. */
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

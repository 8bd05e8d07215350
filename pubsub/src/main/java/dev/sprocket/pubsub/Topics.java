package dev.sprocket.pubsub;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.DropStats;
import dev.sprocket.core.internal.text.Surrogates;
import dev.sprocket.pubsub.internal.delivery.LogOutage;
import dev.sprocket.pubsub.internal.pattern.NameComponent;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Registry of topics.
 *
 * <p>Components and bridges that use the same object share its topics. A server can have several.
 */
@ThreadSafe
public final class Topics {
    /** Maximum length of a topic id, in characters: 512. */
    public static final int MAX_ID_LENGTH = 512;

    private final ActiveTopics active;

    /** Shared objects by type; see {@link #shared}. */
    private final Map<Class<?>, Object> shared = new ConcurrentHashMap<>();

    /** Creates topics with {@linkplain TopicSettings#DEFAULT default settings}. */
    public Topics() {
        this(id -> TopicSettings.DEFAULT);
    }

    /**
     * Creates topics with individual settings.
     *
     * @param settings returns the settings of a topic id; must be fast
     */
    public Topics(Function<String, TopicSettings> settings) {
        this(settings, new MemoryLog());
    }

    /**
     * Creates topics with individual settings and a log.
     *
     * @param settings returns the settings of a topic id
     * @param log keeps the events of topics with a history; used by these topics only
     */
    public Topics(Function<String, TopicSettings> settings, EventLog log) {
        this.active = new ActiveTopics(settings, log, shared(LogOutage.class, LogOutage::new));
    }

    /**
     * Replaces the settings of all topics.
     *
     * <p>Events of topics whose history continues are kept, within the new limits.
     */
    public void settings(Function<String, TopicSettings> other) {
        active.settings(other);
    }

    /**
     * Returns the topics with the most publishes in the last minutes, the hottest first.
     *
     * <p>An estimate: one of 64 publishes is counted, and 1,024 topics are remembered.
     *
     * @param max maximum number of topics, 1 to 1,024, else {@link IllegalArgumentException}
     * @return publishes per second, by topic
     */
    public Map<String, Double> hottest(int max) {
        return active.hot().hottest(max);
    }

    /** Returns the log of the topics with a history. */
    public EventLog log() {
        return active.log();
    }

    /**
     * Returns the topic of a name, with or without subscribers.
     *
     * @throws IllegalArgumentException if the name is empty, longer than 512 characters, or has an unpaired surrogate
     */
    public Topic topic(String id) {
        return topic(MatchPolicy.EXACT, id);
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
        return topic(match, pattern);
    }

    private Topic topic(MatchPolicy match, String id) {
        TopicState state = active.find(match, id);
        if (state != null) {
            return state.topic;
        }
        checkId(id);
        return new Topic(active.origin(), id, match);
    }

    /**
     * Reports whether a name is reserved for the protocol.
     *
     * <p>Reserved are {@code wamp}, {@code sprocket} and all names that begin with {@code wamp.} or {@code sprocket.}.
     * Peers and backends cannot publish on them. A pattern matches reserved names only if it is reserved itself: the
     * prefixes {@code w} and {@code wam} do not match {@code wamp.session.on_join}, {@code wamp.session.} does.
     */
    public static boolean isReserved(String name) {
        return name.equals("wamp")
                || name.startsWith("wamp.")
                || name.equals("sprocket")
                || name.startsWith("sprocket.");
    }

    /**
     * Checks the name of a topic or pattern.
     *
     * @throws IllegalArgumentException if the name is empty, longer than 512 characters, or has an unpaired surrogate
     */
    public static void checkId(String id) {
        if (id.isEmpty() || id.length() > MAX_ID_LENGTH) {
            throw new IllegalArgumentException(
                    "topic of " + id.length() + " characters (expected: 1-" + MAX_ID_LENGTH + ")");
        }
        if (!Surrogates.arePaired(id)) {
            // encoded as UTF-8, its name would equal that of another topic
            throw new IllegalArgumentException("topic with an unpaired surrogate (expected: valid Unicode)");
        }
    }

    /**
     * Encodes an id, such as a user's, as one component of a topic name.
     *
     * <p>Letters and digits of ASCII, {@code _}, {@code -} and {@code @} stay, all other characters are percent-encoded
     * in UTF-8 with upper-case digits: {@code ann@example.com} becomes {@code ann@example%2Ecom}.
     *
     * @throws IllegalArgumentException if the id has an unpaired surrogate
     */
    public static String component(String id) {
        if (!Surrogates.arePaired(id)) {
            throw new IllegalArgumentException("id with an unpaired surrogate (expected: valid Unicode)");
        }
        return NameComponent.encode(id);
    }

    /** Returns the topics that have subscribers, in no particular order. */
    public Collection<Topic> all() {
        return active.topics().stream().map(state -> state.topic).toList();
    }

    /** Returns the patterns that have subscribers, in no particular order. */
    public Collection<Topic> patterns() {
        return active.patterns().stream().map(state -> state.topic).toList();
    }

    /**
     * Returns the active topics with a prefix, sorted by id.
     *
     * <p>Iterates over all topics.
     */
    public List<Topic> find(String prefix) {
        return active.topics().stream()
                .map(state -> state.topic)
                .filter(topic -> topic.id().startsWith(prefix))
                .sorted((one, other) -> one.id().compareTo(other.id()))
                .toList();
    }

    /** Returns the number of topics that have subscribers. */
    public int size() {
        return active.topics().size();
    }

    /**
     * Adds a listener for active and inactive topics and for dropped events.
     *
     * @param executor executor of the listener's callbacks; they are in order if it runs its tasks in order
     */
    public void addListener(Executor executor, TopicListener listener) {
        active.listeners().add(executor, listener);
    }

    /** Removes a listener that was added with {@link #addListener(Executor, TopicListener)}. */
    public void removeListener(TopicListener listener) {
        active.listeners().remove(listener);
    }

    /** Adds a listener that is notified of every published event, before the publishing call returns. */
    public void addListener(PublishListener listener) {
        active.publishListeners().add(listener);
    }

    /**
     * Removes the retained events of a topic.
     *
     * <p>Calls {@link PublishListener#clearRetained} of all listeners; WAMP v2 retains events.
     *
     * @return false if there are none
     */
    @CanIgnoreReturnValue
    public boolean clearRetained(String topic) {
        boolean cleared = false;
        for (PublishListener listener : active.publishListeners()) {
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
        active.publishListeners().remove(listener);
    }

    /** Returns the statistics of events of all topics that were dropped for slow readers. */
    public DropStats dropStats() {
        return active.dropStats();
    }

    /** Returns the number of events that were published to topics with subscribers. */
    public long published() {
        return active.published();
    }

    /**
     * Returns the memory of published events that are not yet delivered, in bytes.
     *
     * <p>Each event counts once, with its text and a fixed overhead, regardless of the number of subscribers and
     * matching patterns. Bytes that were passed to a connection but not yet read by its peer are not included.
     * Publishers should pause while this value is high.
     */
    public long pendingBytes() {
        return active.pendingBytes();
    }

    /** Returns the approximate memory of all subscriptions, in bytes; see {@link #subscriptionCost}. */
    public long subscriptionBytes() {
        return active.subscriptionBytes();
    }

    /** Returns the approximate memory of one subscription to a topic or pattern, in bytes. */
    public static long subscriptionCost(String name) {
        return 128 + name.length();
    }

    /**
     * Reports whether a subscriber receives the events of a topic, directly or by a pattern.
     *
     * <p>Does not iterate over its subscriptions.
     *
     * @param name name of a topic
     */
    public boolean reaches(String name, Subscriber subscriber) {
        return active.reaches(name, subscriber);
    }

    /**
     * Returns the topic of a name and its matching patterns, if they have subscribers.
     *
     * <p>Does not iterate over other topics.
     *
     * @param name name of a topic
     */
    public List<Topic> matching(String name) {
        return active.matching(name).stream().map(state -> state.topic).toList();
    }
}

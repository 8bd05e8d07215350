package dev.sprocket.pubsub;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.DropStats;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Named channel of events, as an immutable handle that can be stored.
 *
 * <p>A handle stays valid while the topic has no subscribers, and then takes no memory but its own. Handles of the same
 * {@link Topics} with the same id are equal.
 *
 * <p>A {@linkplain Topics#pattern pattern} of topics can be subscribed to like a topic, but not published on.
 *
 * <p>Every subscriber receives the events of one publisher in the order of publishing, across topics. A publisher is
 * the calling thread, or that of {@link #by}. Events of several
 * publishers are received in one order by all subscribers of a topic, also by those of patterns that match it. An event
 * is delivered to all subscribers that subscribed before it was published. It is not delivered to a subscriber after
 * {@link #unsubscribe} has returned.
 */
@ThreadSafe
public final class Topic {
    /**
     * Registry and publisher, shared by handles of topics.
     *
     * @param publisher publisher; null for the calling thread
     */
    record Origin(TopicRegistry registry, @Nullable Object publisher) {}

    private final Origin origin;
    private final String id;
    private final MatchPolicy match;

    Topic(Origin origin, String id, MatchPolicy match) {
        this.origin = origin;
        this.id = id;
        this.match = match;
    }

    private TopicRegistry registry() {
        return origin.registry;
    }

    /** Returns the name of the topic or pattern. */
    public String id() {
        return id;
    }

    /** Returns the match policy: exact for a topic, prefix or wildcard for a pattern. */
    public MatchPolicy match() {
        return match;
    }

    /** Returns the current settings. */
    public TopicSettings settings() {
        return registry().settings(this);
    }

    /** Returns the number of subscribers. */
    public int size() {
        TopicState state = registry().find(this);
        return state == null ? 0 : state.size();
    }

    /** Returns the current subscribers, in no particular order. */
    public List<Subscriber> subscribers() {
        TopicState state = registry().find(this);
        return state == null ? List.of() : state.subscribers();
    }

    /** Returns the statistics of events dropped for slow readers since the topic became active. */
    public DropStats dropStats() {
        TopicState state = registry().find(this);
        return state == null ? new DropCounter() : state.overflow().dropStats();
    }

    /** Returns the number of events published since the topic became active. */
    public long published() {
        TopicState state = registry().find(this);
        return state == null ? 0 : state.published();
    }

    /** Publishes an event to all subscribers and returns their number. */
    @CanIgnoreReturnValue
    public int broadcast(Event event) {
        return broadcast(event, Audience.ALL);
    }

    /**
     * Publishes an event to some of the subscribers.
     *
     * @param audience subscribers that may receive the event
     * @return the number of subscribers, including those of matching patterns, before the audience is applied
     * @throws UnsupportedOperationException if this is a pattern
     */
    @CanIgnoreReturnValue
    public int broadcast(Event event, Audience audience) {
        checkIsTopic();
        return registry().publish(this, event, audience, publisher());
    }

    /**
     * Publishes an event to some of the subscribers.
     *
     * <p>On a topic with a history, the event is delivered when the log has stored it, in the order of the log.
     *
     * @return completes with the position of the event when it was queued for the subscribers of this server; fails if
     *     the log has not stored it
     * @throws UnsupportedOperationException if this is a pattern
     */
    public CompletionStage<Published> publish(Event event, Audience audience) {
        checkIsTopic();
        return registry().publishLater(this, event, audience, publisher());
    }

    /**
     * Returns a handle of the same topic for another publisher than the calling thread.
     *
     * <p>If earlier events of a publisher are on their way through the log of a topic, an event of a topic without a
     * history waits behind them: at most 1,024 events of 1 MiB together. What exceeds this fails with {@link
     * EventLog.UnavailableException}. Without other servers, no event waits.
     *
     * @param publisher identifies the publisher by {@code equals}, such as its connection
     */
    public Topic by(Object publisher) {
        return new Topic(new Origin(origin.registry, publisher), id, match);
    }

    private Object publisher() {
        Object publisher = origin.publisher;
        return publisher == null ? Thread.currentThread() : publisher;
    }

    /** Publishes an event to all subscribers; see {@link #publish(Event, Audience)}. */
    public CompletionStage<Published> publish(Event event) {
        return publish(event, Audience.ALL);
    }

    private void checkIsTopic() {
        if (match != MatchPolicy.EXACT) {
            throw new UnsupportedOperationException("publishing on the pattern " + id + " (expected: a topic)");
        }
    }

    /**
     * Adds a subscriber, and first delivers the events that it missed after a position.
     *
     * <p>Events that are not kept are told as a gap; then only new events follow. See {@link #subscribe(Subscriber,
     * Position, Gap.Action)}.
     *
     * @param after position of the last event that the subscriber has; null for new events only
     */
    public CompletionStage<Subscribed> subscribe(Subscriber subscriber, @Nullable Position after) {
        return subscribe(subscriber, after, Gap.Action.NONE);
    }

    /**
     * Adds a subscriber, and first delivers the events that it missed after a position.
     *
     * <p>The subscriber is told where it begins, what may be missing, and the end of the recovery; see {@link Notice}.
     * On a topic without a history, a position is answered with a gap. If it was subscribed already, nothing changes.
     *
     * <p>If the log answers later, the subscription is pending. Another call for the same subscriber joins it and gets
     * the same result. {@link #unsubscribe} and {@link Subscriber#unsubscribeAll} cancel it.
     *
     * <p>A pattern has no positions: its events begin when all servers know the pattern. If some do not answer in time,
     * they begin without those, and a gap is told.
     *
     * @param after position of the last event that the subscriber has; null for new events only
     * @param onGap what to deliver if events after the position may be missing
     * @return completes when the subscriber was added; its events follow on its executor. Fails if the log is not
     *     available, and with {@link java.util.concurrent.CancellationException} if it was cancelled; then nothing was
     *     added
     * @throws UnsupportedOperationException if this is a pattern, and a position is given
     */
    public CompletionStage<Subscribed> subscribe(Subscriber subscriber, @Nullable Position after, Gap.Action onGap) {
        return registry().subscribe(this, subscriber, after, onGap);
    }

    /**
     * Finds what a subscriber that returns with a position would receive, and subscribes nobody.
     *
     * <p>For a protocol that answers before the first event: it passes the result to {@link #subscribeAt(Subscriber,
     * Subscribed)} after its answer.
     *
     * @param after position of the last event that the subscriber has
     * @param onGap what to deliver if events after the position may be missing
     * @return fails if the log is not available
     * @throws UnsupportedOperationException if this is a pattern
     */
    public CompletionStage<Subscribed> find(Position after, Gap.Action onGap) {
        return registry().find(this, after, onGap);
    }

    /**
     * Adds a subscriber, and first delivers the events that it missed.
     *
     * @param found result of {@link #find} for this topic
     * @return false if it was subscribed already; then nothing changes
     */
    @CanIgnoreReturnValue
    public boolean subscribeAt(Subscriber subscriber, Subscribed found) {
        return registry().subscribe(this, subscriber, found);
    }

    /**
     * Adds a subscriber that receives new events only, those after the newest position.
     *
     * <p>For a protocol that has followed the topic before its answer. The subscriber is not told of a recovery.
     *
     * @param newest position of the newest event when the subscription was accepted
     * @return false if it was subscribed already; then nothing changes
     */
    @CanIgnoreReturnValue
    public boolean subscribeFrom(Subscriber subscriber, Position newest) {
        return registry().subscribe(this, subscriber, newest);
    }

    /**
     * Calls back with the position of the last event that a subscriber has received.
     *
     * <p>The callback runs on the executor of the subscriber. What it sends to the subscriber's connection follows the
     * events up to this position, and precedes all later events of the topic.
     *
     * @param callback receives the position; null if the subscriber is not subscribed, or the topic has no log
     */
    public void position(Subscriber subscriber, Consumer<@Nullable Position> callback) {
        registry().position(this, subscriber, callback);
    }

    /** Adds a subscriber; returns false if it was subscribed already, or a subscription is pending. */
    @CanIgnoreReturnValue
    public boolean subscribe(Subscriber subscriber) {
        return registry().subscribe(this, subscriber);
    }

    /**
     * Removes a subscriber, which receives no further events.
     *
     * <p>Cancels its pending subscription.
     *
     * @return false if it was neither subscribed nor its subscription pending
     */
    @CanIgnoreReturnValue
    public boolean unsubscribe(Subscriber subscriber) {
        return registry().unsubscribe(this, subscriber);
    }

    /** Reports whether a subscriber is subscribed to this topic or pattern. */
    public boolean has(Subscriber subscriber) {
        return subscriber.subscriptions().get(this) != null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Topic that
                && registry() == that.registry()
                && match == that.match
                && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode() + match.ordinal();
    }

    @Override
    public String toString() {
        return match == MatchPolicy.EXACT ? id : match.name().toLowerCase(Locale.ROOT) + " " + id;
    }
}

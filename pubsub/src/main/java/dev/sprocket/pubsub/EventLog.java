package dev.sprocket.pubsub;

import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Log of the events of topics that keep a history.
 *
 * <p>An appended event is delivered to subscribers when the log hands it to its {@link Receiver}, in the order of
 * the log. Thread-safe. Stages fail if the log is not available.
 *
 * <p>A log that several servers share also relays the events of topics without a history between them.
 */
public interface EventLog {
    /** Receiver of appended events. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Queues an event for its subscribers; without those of patterns if the log is shared.
         *
         * <p>Called once for each event, in the order of its topic, and not concurrently for one topic.
         *
         * @return called by the log without its locks, to deliver what was queued
         */
        Delivery onAppended(String topic, LoggedEvent event);

        /**
         * Queues an event of a topic without a history, which another server has published.
         *
         * <p>Subscribers of patterns receive it by {@link #onMatched}.
         *
         * @param publication publication id, 1 to 2^53
         * @return called by the log without its locks, to deliver what was queued
         */
        default Delivery onRelayed(String topic, Event event, Audience audience, long publication) {
            return () -> 0;
        }

        /**
         * Queues an event for the subscribers of the patterns that match its topic.
         *
         * <p>Called by a shared log only.
         *
         * @param publication publication id, 1 to 2^53
         * @param logged event in the log; null if its topic has no history
         * @return called by the log without its locks, to deliver what was queued
         */
        default Delivery onMatched(
                String topic, Event event, Audience audience, long publication, @Nullable LoggedEvent logged) {
            return () -> 0;
        }

        /**
         * Queues a gap for the current subscribers of a topic, before its next event.
         *
         * @param gap what may be missing, up to a position after which events follow
         * @return called by the log without its locks, to deliver what was queued
         */
        default Delivery onGap(Gap gap) {
            return () -> 0;
        }

        /**
         * Queues a gap for the current subscribers of a pattern.
         *
         * <p>Called by a shared log that may have missed events of other servers. Subscribers of patterns that match no
         * topic with a history are told nothing.
         *
         * @return called by the log without its locks, to deliver what was queued
         */
        default Delivery onGap(MatchPolicy match, String pattern) {
            return () -> 0;
        }

        /**
         * Called when the log begins or ceases to accept events; see {@link EventLog#isAvailable}.
         *
         * <p>Must return quickly.
         */
        default void onAvailable(boolean available) {}

        /**
         * Counts the subscribers of topics on this server; none by default.
         *
         * @param match exact or prefix
         * @param max maximum number of topics
         * @return subscribers by topic, without topics that have none
         */
        default Map<String, Integer> onCount(MatchPolicy match, String topic, int max) {
            return Map.of();
        }
    }

    /** Failure of a log that is not available, such as an unreachable server. */
    final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        /** Creates an exception with the reason, without secrets. */
        public UnavailableException(String reason) {
            super(reason);
        }
    }

    /** Event that was queued for its subscribers. */
    @FunctionalInterface
    interface Delivery {
        /** Delivers the event and returns the number of subscribers. */
        int deliver();
    }

    /**
     * Event of a topic as its log keeps it.
     *
     * @param position position of the event
     * @param previous offset of the previous event of the topic; 0 for the first of its epoch
     * @param event content of the event
     * @param audience subscribers that may read the event
     * @param publication publication id, 1 to 2^53
     * @param time time of publishing
     */
    record LoggedEvent(
            Position position, long previous, Event event, Audience audience, long publication, Instant time) {}

    /**
     * Events after a position.
     *
     * @param events events in order; a limit may end them before the last
     * @param gap what is missing before the first event; null if nothing is
     */
    record Slice(List<LoggedEvent> events, @Nullable Gap gap) {}

    /**
     * Place of a position in a log.
     *
     * @param start position after which events can be read: the given one, or that before the oldest event
     * @param limited the start, or a later position from which the limits hold
     * @param newest position before the newest event; the top if there is none
     * @param top position of the newest event
     * @param gap what is missing after the given position; null if nothing is
     */
    record Place(Position start, Position limited, Position newest, Position top, @Nullable Gap gap) {
        /** Returns the number of events after a position of this place. */
        public long eventsAfter(Position position) {
            return top.offset() - position.offset();
        }
    }

    /**
     * Events kept of a topic.
     *
     * @param top position of the newest event, or the beginning
     * @param events number of events
     * @param bytes memory of the events in bytes
     * @param ageMillis age of the oldest event in milliseconds; 0 if there is none
     */
    record Statistics(Position top, int events, long bytes, long ageMillis) {}

    /**
     * Names of topics with events.
     *
     * @param names names in no particular order
     * @param examined number of topics that were examined to find them
     * @param more true if there are more than the maximum
     */
    record Names(List<String> names, int examined, boolean more) {}

    /** Sets the receiver; called once, before all other methods. */
    void start(Receiver receiver);

    /**
     * Sets the limits of topics, which may have changed.
     *
     * <p>Events beyond new limits are removed. The log of a topic without limits ends, and its positions are never
     * believed again: events may be published without a log before the topic gets another one.
     *
     * @param histories returns the limits of a topic; null if it keeps no events
     */
    void configure(Function<String, TopicSettings.@Nullable History> histories);

    /**
     * Appends an event.
     *
     * @param history limits of the topic
     * @return completes when the event was delivered, or fails if it was not appended
     */
    CompletionStage<Published> append(String topic, Event event, Audience audience, TopicSettings.History history);

    /**
     * Follows a topic.
     *
     * @return completes with the position of the newest event, or of the beginning; all later events are handed to the
     *     receiver
     */
    CompletionStage<Position> follow(String topic);

    /** Ends one {@link #follow} of a topic. */
    void unfollow(String topic);

    /**
     * Finds a position.
     *
     * @param after position of the last event that is known; {@link Position#EARLIEST} for the oldest event
     * @param maxEvents limit of events
     * @param maxBytes limit of their memory in bytes
     */
    CompletionStage<Place> find(String topic, Position after, int maxEvents, long maxBytes);

    /**
     * Reads the events after a position.
     *
     * <p>If the position is not believed or events after it are gone, the slice has a gap and begins with the oldest
     * event kept.
     *
     * @param after position of the last event that is known; {@link Position#EARLIEST} for all events
     * @param maxEvents limit of events, at least 1
     * @param maxBytes limit of their size in bytes; one event is returned in any case
     */
    CompletionStage<Slice> read(String topic, Position after, int maxEvents, int maxBytes);

    /**
     * Finds an event by its publication id.
     *
     * @return completes with the event; null if the log does not keep it
     */
    CompletionStage<@Nullable LoggedEvent> find(String topic, long publication);

    /**
     * Finds topics with events by a pattern.
     *
     * @param max maximum number of topics
     */
    CompletionStage<Names> topics(MatchPolicy match, String pattern, int max);

    /** Removes the events of a topic. Readers behind its newest event are told a gap. */
    CompletionStage<Void> clear(String topic);

    /**
     * Reports whether the log accepts events; true by default.
     *
     * <p>While it does not, {@link #append} fails at once and without effect.
     */
    default boolean isAvailable() {
        return true;
    }

    /** Reports whether other servers share this log; false by default. */
    default boolean isShared() {
        return false;
    }

    /**
     * Receives the events of a topic without a history that other servers publish.
     *
     * @return completes when all events that are published from now on will be received; at once by default
     */
    default CompletionStage<Void> listen(String topic) {
        return CompletableFuture.completedFuture(null);
    }

    /** Ends one {@link #listen} of a topic. */
    default void ignore(String topic) {}

    /**
     * Receives the events of all topics that match a pattern, with or without a history.
     *
     * @return completes when all events that other servers publish from now on will be received; at once by default
     */
    default CompletionStage<Void> listen(MatchPolicy match, String pattern) {
        return CompletableFuture.completedFuture(null);
    }

    /** Ends one {@link #listen(MatchPolicy, String)} of a pattern. */
    default void ignore(MatchPolicy match, String pattern) {}

    /**
     * Reports whether some other servers do not know a pattern; false by default.
     *
     * <p>Their events are missed. New subscribers of the pattern are told a gap then.
     */
    default boolean isInDoubt(MatchPolicy match, String pattern) {
        return false;
    }

    /**
     * Returns the publication id of an event of a topic without a history.
     *
     * @return the id that all servers use; 0 by default, if there is only one server
     */
    default long publication(Event event) {
        return 0;
    }

    /**
     * Sends an event of a topic without a history to other servers.
     *
     * <p>Called after the event was delivered here.
     *
     * @param publication publication id, as chosen by {@link #publication}
     */
    default void relay(String topic, Event event, Audience audience, long publication) {}

    /**
     * Event that its publisher has retained for later subscribers.
     *
     * @param topic name of the topic
     * @param event content of the event
     * @param audience subscribers that may receive the event
     * @param publication publication id, 1 to 2^53
     * @param position position in the log; null if the topic has no history
     */
    record RetainedEvent(String topic, Event event, Audience audience, long publication, @Nullable Position position) {}

    /**
     * Limits of the retained events of a shared log.
     *
     * @param ttlMillis time to live of the event in milliseconds; 0 for no expiry
     * @param maxEvents limit of the number of all retained events
     * @param maxBytes limit of their size in bytes
     */
    record RetainLimits(long ttlMillis, int maxEvents, long maxBytes) {}

    /**
     * Retains an event of a topic for later subscribers of all servers.
     *
     * <p>Keeps the last event for all subscribers, and a newer one for some of them. Only a shared log retains events.
     *
     * @param position position in the log; null without a history. An older event does not replace a newer one
     * @return completes with false if the limits are exceeded, and nothing was retained
     */
    default CompletionStage<Boolean> retain(
            String topic,
            Event event,
            Audience audience,
            long publication,
            @Nullable Position position,
            RetainLimits limits) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("log of one server"));
    }

    /**
     * Returns the retained events of a topic or pattern.
     *
     * <p>Of one topic at most two, the one for some subscribers first.
     *
     * @param max maximum number of topics; a result of more topics means that there are others
     */
    default CompletionStage<List<RetainedEvent>> retained(MatchPolicy match, String pattern, int max) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("log of one server"));
    }

    /** Removes the retained events of a topic; completes with false if there are none. */
    default CompletionStage<Boolean> clearRetained(String topic) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("log of one server"));
    }

    /**
     * Subscribers of topics on other servers.
     *
     * @param subscribers number of subscribers by topic, without topics that have none
     * @param servers number of other servers that share this log
     * @param answered how many of them have answered in time
     */
    record Subscribers(Map<String, Integer> subscribers, int servers, int answered) {}

    /**
     * Counts the subscribers of topics on the other servers; there are none by default.
     *
     * @param match exact or prefix
     * @param max maximum number of topics of one server
     * @return completes within a few seconds, if some do not answer, too
     */
    default CompletionStage<Subscribers> subscribers(MatchPolicy match, String topic, int max) {
        return CompletableFuture.completedFuture(new Subscribers(Map.of(), 0, 0));
    }

    /** Returns statistics of the events kept of a topic. */
    CompletionStage<Statistics> statistics(String topic);
}

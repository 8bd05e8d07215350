package dev.sprocket.cluster.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Connection of a node to the other nodes and to the log that they share.
 *
 * <p>All stages complete within the time limit of the engine. They fail with {@link EventLog.UnavailableException} if
 * the engine is away or does not answer in time; the command may have been carried out then. Envelopes that a node
 * publishes by calls in order arrive in this order at each node, across topics, whether relayed or appended.
 */
@ThreadSafe
public interface Engine extends AutoCloseable {
    /** First byte of a frame with an envelope for the subscribers of patterns. */
    byte EVENT_FRAME = 'e';

    /** State of the connection. */
    enum State {
        /** The engine answers, and what this node sends through it comes back. */
        UP,
        /** The engine answers, but what this node sends through it does not come back. */
        DEAF,
        /** The engine does not answer. */
        AWAY
    }

    /** Cause of lost continuity. */
    enum Cause {
        /** The connection was lost and made again. */
        RECONNECTED,
        /** The engine or this node dropped envelopes. */
        DROPPED,
        /** The probe did not come back. */
        DEAF,
        /** The server of the engine is another one, or was restarted. */
        SERVER_CHANGED,
        /** An envelope could not be read, for example because of its version. */
        UNREADABLE,
        /** This node could not renew its lease. */
        CUT_OFF
    }

    /** Receiver of what the engine delivers; called in order, must return quickly. */
    interface Listener {
        /**
         * Called for an envelope of a subscribed topic.
         *
         * @param topic name of the topic
         * @param envelope envelope, with a position if it is in the log; the listener owns the array
         */
        void onEvent(String topic, byte[] envelope);

        /** Called for a frame that a node has sent to this node or to all. */
        void onFrame(byte[] frame);

        /**
         * Called when the state has changed.
         *
         * @param cause short text for the log, without secrets
         */
        void onState(State state, String cause);

        /**
         * Called when envelopes of subscribed topics may be missing.
         *
         * <p>Called when the topics are subscribed again, so that nothing is missed from now on.
         *
         * @param topics topics concerned; null for all
         */
        void onContinuityLost(@Nullable Set<String> topics, Cause cause);
    }

    /**
     * Place of an appended event.
     *
     * @param position position of the event
     * @param previous offset of the previous event of the topic; 0 for the first of its epoch
     */
    record Appended(Position position, long previous) {}

    /**
     * Envelopes of a log in order.
     *
     * @param envelopes envelopes with positions
     * @param gap what is missing before the first; null if nothing is
     */
    record Excerpt(List<byte[]> envelopes, @Nullable Gap gap) {}

    /**
     * Facts about the server of an engine, for people.
     *
     * @param facts short texts without secrets, such as {@code version 7.0.15}
     * @param warnings sentences about settings that may lose events, each with what to change
     */
    record Report(List<String> facts, List<String> warnings) {}

    /**
     * Connects in the background; called once, before all other methods.
     *
     * <p>An engine that cannot be reached is {@link State#AWAY} and tries again. The first connection is no lost
     * continuity.
     */
    void start(NodeId self, Listener listener);

    /** Returns the current state; {@link State#AWAY} before the first connection. */
    State state();

    /**
     * Subscribes to topics, in as few commands as possible.
     *
     * <p>While the engine is away, the stage fails, and the topics are subscribed when it returns. A topic is
     * subscribed once, however often it is named.
     *
     * @return completes when the engine has confirmed each topic
     */
    CompletionStage<Void> subscribe(Collection<String> topics);

    /** Unsubscribes from topics; completes when the engine has confirmed each topic. */
    CompletionStage<Void> unsubscribe(Collection<String> topics);

    /** Sends an envelope without a position to all subscribed nodes, this one included. */
    CompletionStage<Void> relay(String topic, byte[] envelope);

    /**
     * Appends an event to the log, and sends it to subscribed nodes and mailboxes.
     *
     * <p>The engine writes the position and its own time into the envelope; see {@link Envelope#stamp}. Mailboxes
     * receive it as an {@link #EVENT_FRAME}.
     *
     * @param envelope envelope without a position
     * @param limits limits of the topic; events beyond them are removed
     * @param mailboxes names of the nodes with patterns that match the topic; null for all nodes
     */
    CompletionStage<Appended> append(
            String topic, byte[] envelope, TopicSettings.History limits, @Nullable Collection<String> mailboxes);

    /** Finds a position; see {@link EventLog#find(String, Position, int, long)}. */
    CompletionStage<EventLog.Place> find(String topic, Position after, int maxEvents, long maxBytes);

    /** Reads the events after a position; see {@link EventLog#read}. */
    CompletionStage<Excerpt> read(String topic, Position after, int maxEvents, int maxBytes);

    /**
     * Finds an event by its publication id; see {@link EventLog#find(String, long)}.
     *
     * @return completes with an envelope; null if the log does not keep it
     */
    CompletionStage<byte @Nullable []> find(String topic, long publication);

    /**
     * Compares newest events with the log, in as few commands as possible.
     *
     * @param newest position of the newest known event of each topic
     * @return completes with the topics whose log ends with another event
     */
    CompletionStage<Set<String>> check(Map<String, Position> newest);

    /** Removes the events of a topic. */
    CompletionStage<Void> clear(String topic);

    /** Returns statistics of the events kept of a topic. */
    CompletionStage<EventLog.Statistics> statistics(String topic);

    /**
     * Retains an event for later subscribers.
     *
     * <p>Keeps the last one for all subscribers, and a newer one for some of them. An event for all replaces both. An
     * event with a position does not replace a later one of its epoch.
     *
     * @param envelope envelope, with its position if the topic has a log
     * @param restricted whether the event is for some subscribers
     * @param limits limits of all retained events, and time to live of this one
     * @return completes with false if the limits would be exceeded, and nothing was retained
     */
    CompletionStage<Boolean> retain(String topic, byte[] envelope, boolean restricted, EventLog.RetainLimits limits);

    /**
     * Returns the retained events of a topic or pattern.
     *
     * <p>Of each topic, the one for some subscribers is first.
     *
     * @param max maximum number of topics; if there are others, the events of one more
     */
    CompletionStage<List<byte[]>> retained(MatchPolicy match, String pattern, int max);

    /** Removes the retained events of a topic; completes with false if there are none. */
    CompletionStage<Boolean> clearRetained(String topic);

    /** Sends a frame to the mailbox of a node. Frames to a node that is gone are lost. */
    CompletionStage<Void> send(String node, byte[] frame);

    /** Sends a frame to all nodes, this one included. */
    CompletionStage<Void> sendAll(byte[] frame);

    /** Returns the directory of the nodes, which uses the connections of this engine. */
    Directory directory();

    /**
     * Returns the thread that calls the listener; null by default, for several threads.
     *
     * <p>The node runs its own tasks on it, which do not block, so that an event needs no change of threads. The engine
     * ends it when it is closed.
     */
    default @Nullable ScheduledExecutorService executor() {
        return null;
    }

    /** Returns facts about the server of the engine; none by default. */
    default CompletionStage<Report> report() {
        return CompletableFuture.completedFuture(new Report(List.of(), List.of()));
    }

    /** Disconnects; pending stages fail. */
    @Override
    void close();
}

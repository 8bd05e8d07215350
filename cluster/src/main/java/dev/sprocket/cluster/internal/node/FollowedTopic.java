package dev.sprocket.cluster.internal.node;

import dev.sprocket.cluster.internal.log.EnvelopeLog;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.EnvelopeException;
import dev.sprocket.pubsub.EventLog.LoggedEvent;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Topic with a log that has followers on this node.
 *
 * <p>Events are delivered when they continue the last one. Otherwise what is missing is read from the log first; what
 * cannot be read is told as a gap. Confined to the executor of the node, except for the ring.
 */
final class FollowedTopic {
    /** Largest number of events and bytes of one read. */
    private static final int MAX_EVENTS = 256;

    private static final int MAX_BYTES = 256 * 1024;

    /** Node as a followed topic sees it. */
    interface Node {
        Engine engine();

        /** Runs a task on the executor of the node. */
        void execute(Runnable task);

        /** Delivers an event; called in order. */
        void deliver(String topic, LoggedEvent event, byte[] envelope);

        /** Tells the subscribers of a gap. */
        void tell(Gap gap);

        /** Accounts for a ring that was emptied. */
        void onReset(long bytes);

        void onUnreadable(String topic, EnvelopeException cause);
    }

    /** Followers that wait for the beginning, with the time at which the first came. */
    private static final class Beginning {
        final List<CompletableFuture<Position>> followers = new ArrayList<>(1);
        final long since = System.nanoTime();
    }

    final String topic;
    int followers;
    private final Node node;
    /** Null if nobody waits for the beginning. */
    private @Nullable Beginning waiting;
    /** Position of the last event that was delivered; null before the beginning. */
    private volatile @Nullable Position last;
    /** Latest events; null before the first. Guarded by itself. */
    private volatile @Nullable EnvelopeLog ring;

    private boolean beginning;
    private boolean reading;
    /** Number of comparisons with the log that have not ended. */
    private int held;
    /** True if an event was not delivered, so the log must be read again. */
    private boolean readAgain;
    /** True if the log could not be read; it is read when the engine returns. */
    private boolean unproven;

    FollowedTopic(String topic, Node node) {
        this.topic = topic;
        this.node = node;
    }

    /** Returns the latest events; null before the first. Thread-safe. */
    @Nullable
    EnvelopeLog ring() {
        return ring;
    }

    /** Returns the latest events, possibly none; null before the beginning. Thread-safe. */
    @Nullable
    EnvelopeLog events() {
        Position newest = last; // read first: there are events behind it only if there is a ring
        EnvelopeLog current = ring;
        return current != null || newest == null ? current : new EnvelopeLog(topic, newest);
    }

    /** Returns the position of the last event that was delivered; null before the beginning. Thread-safe. */
    @Nullable
    Position last() {
        return last;
    }

    /** Adds a follower that waits for the beginning. */
    void await(CompletableFuture<Position> follower) {
        Beginning beginning = waiting;
        if (beginning == null) {
            beginning = new Beginning();
            waiting = beginning;
        }
        beginning.followers.add(follower);
    }

    /** Removes and returns the followers that wait, if the first came before a time. */
    List<CompletableFuture<Position>> takeWaiting(long nanos) {
        Beginning beginning = waiting;
        if (beginning == null || beginning.since - nanos > 0) {
            return List.of();
        }
        waiting = null;
        return beginning.followers;
    }

    boolean isBeginning() {
        return beginning;
    }

    /** Marks that the topic is being subscribed. */
    void beginning(boolean begins) {
        beginning = begins;
    }

    boolean isUnproven() {
        return unproven;
    }

    /** Begins behind the newest event of the log, once the topic is subscribed. */
    void begin(Position top) {
        beginning = false;
        if (last == null) {
            last = top;
        }
        takeWaiting(System.nanoTime()).forEach(future -> future.complete(top));
        if (readAgain) {
            readMissing();
        }
    }

    /** Handles an event of the engine. */
    void onEvent(byte[] envelope) {
        EnvelopeLog current = events();
        if (current == null || reading || held > 0) {
            readAgain = true;
            return;
        }
        LoggedEvent event;
        try {
            event = Envelopes.logged(topic, envelope);
        } catch (EnvelopeException e) {
            node.onUnreadable(topic, e);
            readMissing();
            return;
        }
        if (current.isNext(event.position(), event.previous()) && !unproven) {
            append(current, event, envelope);
        } else if (!isKnown(current, event.position())) {
            readMissing();
        }
    }

    /** Holds events until {@link #release}, as another event may have the place of the last one. */
    void hold() {
        if (last != null) {
            held++;
        }
    }

    /** Ends a {@link #hold}, and reads what is missing. */
    void release(boolean isMissing) {
        held--;
        if (isMissing || readAgain) {
            readMissing();
        }
    }

    private static boolean isKnown(EnvelopeLog current, Position position) {
        synchronized (current) {
            return current.hasAllAfter(position);
        }
    }

    private void append(EnvelopeLog current, LoggedEvent event, byte[] envelope) {
        synchronized (current) {
            current.append(event.position(), envelope, event.time().toEpochMilli());
        }
        ring = current;
        last = event.position();
        node.deliver(topic, event, envelope);
    }

    /** Reads what follows the last event, and delivers it. */
    void readMissing() {
        Position newest = last;
        readAgain = true;
        if (reading || newest == null) {
            return;
        }
        reading = true;
        readAgain = false;
        unproven = false;
        ask(node.engine().read(topic, newest, MAX_EVENTS, MAX_BYTES), excerpt -> onRead(newest, excerpt));
    }

    /** Continues with an answer of the engine; a failure is repeated when it returns. */
    private <T> void ask(CompletionStage<T> answer, Consumer<T> then) {
        answer.whenComplete((result, failure) -> node.execute(() -> {
            if (failure == null) {
                try {
                    then.accept(result);
                } catch (RuntimeException | Error e) { // of a subscriber; the topic must not stay silent
                    stop();
                    throw e;
                }
            } else {
                stop();
            }
        }));
    }

    /** Ends a read; it is repeated later. */
    private void stop() {
        reading = false;
        unproven = true;
    }

    private void onRead(Position from, Engine.Excerpt excerpt) {
        Gap gap = excerpt.gap();
        if (gap != null && (gap.reason() == Gap.Reason.UNKNOWN || gap.to() == null)) {
            skipToTop(from);
            return;
        }
        if (gap != null && gap.to() != null) {
            skip(gap);
        }
        for (byte[] envelope : excerpt.envelopes()) {
            LoggedEvent event;
            try {
                event = Envelopes.logged(topic, envelope);
            } catch (EnvelopeException e) {
                node.onUnreadable(topic, e);
                skipToTop(before(from));
                return;
            }
            EnvelopeLog current = events();
            if (current == null || !current.isNext(event.position(), event.previous())) {
                skipToTop(before(from));
                return;
            }
            append(current, event, envelope);
        }
        reading = false;
        if (readAgain || !excerpt.envelopes().isEmpty()) {
            readMissing();
        }
    }

    /** Returns the position of the last event that was delivered, since a position at least. */
    private Position before(Position from) {
        Position newest = last;
        return newest == null ? from : newest;
    }

    /** Tells a gap from a position up to the newest event of the log. */
    private void skipToTop(Position from) {
        ask(node.engine().statistics(topic), statistics -> {
            skip(new Gap(topic, from, statistics.top(), Gap.Reason.UNKNOWN));
            reading = false;
            if (readAgain) {
                readMissing();
            }
        });
    }

    private void skip(Gap gap) {
        Position to = gap.to();
        EnvelopeLog current = ring;
        if (to != null && !to.equals(last)) {
            if (current != null) {
                node.onReset(current.bytes());
                synchronized (current) {
                    current.reset(to);
                }
            }
            last = to;
            node.tell(gap);
        }
    }
}

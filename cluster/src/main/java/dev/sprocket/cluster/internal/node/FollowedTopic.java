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

    final String topic;
    int followers;
    /** Followers that wait for the beginning, with the time at which they came. */
    final List<CompletableFuture<Position>> starting = new ArrayList<>();

    long startedNanos;
    private final Node node;
    /** Latest events; null before the beginning. Guarded by itself. */
    private volatile @Nullable EnvelopeLog ring;

    private boolean beginning;
    private boolean reading;
    /** True if an event was not delivered, so the log must be read again. */
    private boolean readAgain;
    /** True if the log could not be read; it is read when the engine returns. */
    private boolean unproven;

    FollowedTopic(String topic, Node node) {
        this.topic = topic;
        this.node = node;
    }

    @Nullable
    EnvelopeLog ring() {
        return ring;
    }

    /** Returns the position of the last event that was delivered; null before the beginning. */
    @Nullable
    Position last() {
        EnvelopeLog current = ring;
        return current == null ? null : current.top();
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
        if (ring == null) {
            ring = new EnvelopeLog(topic, top);
        }
        List<CompletableFuture<Position>> begun = new ArrayList<>(starting);
        starting.clear();
        begun.forEach(future -> future.complete(top));
        if (readAgain) {
            readMissing();
        }
    }

    /** Handles an event of the engine. */
    void onEvent(byte[] envelope) {
        EnvelopeLog current = ring;
        if (current == null || reading) {
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

    private static boolean isKnown(EnvelopeLog current, Position position) {
        synchronized (current) {
            return current.hasAllAfter(position);
        }
    }

    private void append(EnvelopeLog current, LoggedEvent event, byte[] envelope) {
        synchronized (current) {
            current.append(event.position(), envelope, event.time().toEpochMilli());
        }
        node.deliver(topic, event, envelope);
    }

    /** Reads what follows the last event, and delivers it. */
    void readMissing() {
        EnvelopeLog current = ring;
        readAgain = true;
        if (reading || current == null) {
            return;
        }
        reading = true;
        readAgain = false;
        unproven = false;
        ask(node.engine().read(topic, current.top(), MAX_EVENTS, MAX_BYTES), excerpt -> onRead(current, excerpt));
    }

    /** Continues with an answer of the engine; a failure is repeated when it returns. */
    private <T> void ask(CompletionStage<T> answer, Consumer<T> then) {
        answer.whenComplete((result, failure) -> node.execute(() -> {
            if (failure == null) {
                then.accept(result);
            } else {
                reading = false;
                unproven = true;
            }
        }));
    }

    private void onRead(EnvelopeLog current, Engine.Excerpt excerpt) {
        Gap gap = excerpt.gap();
        if (gap != null && (gap.reason() == Gap.Reason.UNKNOWN || gap.to() == null)) {
            skipToTop(current);
            return;
        }
        if (gap != null && gap.to() != null) {
            skip(current, gap);
        }
        for (byte[] envelope : excerpt.envelopes()) {
            LoggedEvent event;
            try {
                event = Envelopes.logged(topic, envelope);
            } catch (EnvelopeException e) {
                node.onUnreadable(topic, e);
                skipToTop(current);
                return;
            }
            if (!current.isNext(event.position(), event.previous())) {
                skipToTop(current);
                return;
            }
            append(current, event, envelope);
        }
        reading = false;
        if (readAgain || !excerpt.envelopes().isEmpty()) {
            readMissing();
        }
    }

    /** Tells a gap up to the newest event of the log. */
    private void skipToTop(EnvelopeLog current) {
        ask(node.engine().statistics(topic), statistics -> {
            skip(current, new Gap(topic, current.top(), statistics.top(), Gap.Reason.UNKNOWN));
            reading = false;
            if (readAgain) {
                readMissing();
            }
        });
    }

    private void skip(EnvelopeLog current, Gap gap) {
        Position to = gap.to();
        if (to != null && !to.equals(current.top())) {
            node.onReset(current.bytes());
            synchronized (current) {
                current.reset(to);
            }
            node.tell(gap);
        }
    }
}

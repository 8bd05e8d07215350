package dev.sprocket.sse;

import dev.sprocket.core.Message;
import dev.sprocket.core.OutboundLimit;
import dev.sprocket.core.OverflowPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to a client of {@link CometServer}: messages that wait, and those that were sent and may have to be sent
 * again. Numbers are given when a message is sent first, so that one which was dropped leaves no gap.
 *
 * <p>Not thread-safe.
 */
final class CometOutbox {
    /** What a message costs beside its bytes. */
    static final int OVERHEAD = 100;

    /** A message; its number is 0 until it is sent. */
    static final class Entry {
        final Message message;
        long number;

        private Entry(Message message) {
            this.message = message;
        }

        int size() {
            return message.size() + OVERHEAD;
        }
    }

    /** What became of a message. */
    enum OfferResult {
        ACCEPTED,
        DROPPED,
        OVERFLOW
    }

    private final OutboundLimit limit;
    private final Deque<Entry> sent = new ArrayDeque<>();
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private long sentBytes;
    private volatile long waitingBytes;
    private long last;
    /** The number of the last that cannot be sent again. */
    private long lastDiscarded;

    CometOutbox(OutboundLimit limit) {
        this.limit = limit;
    }

    /** Queues a message; those that are dropped for it are added to the list. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
    OfferResult offer(Message kept, List<Message> dropped) {
        Entry entry = new Entry(kept);
        OverflowPolicy past = limit.overflow();
        if (!waiting.isEmpty() && waitingBytes + entry.size() > limit.bytes()) {
            if (past == OverflowPolicy.CLOSE) {
                return OfferResult.OVERFLOW;
            }
            if (past == OverflowPolicy.DROP_NEWEST) {
                dropped.add(kept);
                return OfferResult.DROPPED;
            }
            while (!waiting.isEmpty() && waitingBytes + entry.size() > limit.bytes()) {
                Entry oldest = waiting.remove();
                waitingBytes -= oldest.size();
                dropped.add(oldest.message);
            }
        }
        waiting.add(entry);
        waitingBytes += entry.size();
        return OfferResult.ACCEPTED;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** How many bytes wait. From any thread. */
    long waiting() {
        return waitingBytes;
    }

    /** The number of the last that was sent. */
    long last() {
        return last;
    }

    /** Takes the next to be sent. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
    @Nullable
    Entry takeNext() {
        Entry entry = waiting.poll();
        if (entry != null) {
            waitingBytes -= entry.size();
            entry.number = entry.number == 0 ? last + 1 : entry.number;
            last = entry.number;
            sent.add(entry);
            sentBytes += entry.size();
        }
        return entry;
    }

    /** Takes all that wait. */
    List<Entry> takeAll() {
        List<Entry> all = new ArrayList<>();
        for (Entry entry = takeNext(); entry != null; entry = takeNext()) {
            all.add(entry);
        }
        return all;
    }

    /** Forgets the oldest that were sent, down to so many bytes. */
    void discardSent(long downTo) {
        while (sentBytes > downTo) {
            discardOldest();
        }
    }

    private void discardOldest() {
        Entry oldest = sent.remove();
        sentBytes -= oldest.size();
        lastDiscarded = oldest.number;
    }

    /** Whether the client can go on behind this number without a loss. */
    boolean canResume(long number) {
        return number >= lastDiscarded && number <= last;
    }

    /** The client has all up to a number, which is {@linkplain #canResume within reach}; the others are to be sent again. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
    void resume(long number) {
        while (!sent.isEmpty() && sent.getFirst().number <= number) {
            discardOldest();
        }
        last = number;
        while (!sent.isEmpty()) {
            Entry again = sent.removeLast();
            sentBytes -= again.size();
            waitingBytes += again.size();
            waiting.addFirst(again);
        }
    }
}

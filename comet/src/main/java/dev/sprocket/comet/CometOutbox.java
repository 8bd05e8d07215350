package dev.sprocket.comet;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.flow.OutboundLimit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Outbound messages of a client of {@link CometServer}, pending and unacknowledged.
 *
 * <p>Unacknowledged messages may be sent again. Numbers are assigned when a message is first sent, so that dropped
 * messages leave no gap. Not thread-safe.
 */
final class CometOutbox {
    /** Memory per message in addition to its bytes. */
    static final int OVERHEAD = 100;

    /** Message with its number, which is 0 until it is sent. */
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

    /** Result of offering a message. */
    enum OfferResult {
        ACCEPTED,
        DROPPED,
        OVERFLOW
    }

    private final OutboundLimit limit;
    private final Deque<Entry> sent = new ArrayDeque<>();
    private final Deque<Entry> pending = new ArrayDeque<>();
    private long sentBytes;
    private volatile long pendingBytes;
    private long last;
    /** Number of the last message that cannot be sent again. */
    private long lastDiscarded;

    CometOutbox(OutboundLimit limit) {
        this.limit = limit;
    }

    /** Queues a message. Messages that are dropped to make room are added to a list. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
    OfferResult offer(Message copy, List<Message> dropped) {
        Entry entry = new Entry(copy);
        OutboundLimit.Overflow policy = limit.overflow();
        if (!pending.isEmpty() && pendingBytes + entry.size() > limit.bytes()) {
            if (policy == OutboundLimit.Overflow.CLOSE) {
                return OfferResult.OVERFLOW;
            }
            if (policy == OutboundLimit.Overflow.DROP_NEWEST) {
                dropped.add(copy);
                return OfferResult.DROPPED;
            }
            while (!pending.isEmpty() && pendingBytes + entry.size() > limit.bytes()) {
                Entry oldest = pending.remove();
                pendingBytes -= oldest.size();
                dropped.add(oldest.message);
            }
        }
        pending.add(entry);
        pendingBytes += entry.size();
        return OfferResult.ACCEPTED;
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Returns the number of pending bytes. May be called from any thread. */
    long pendingBytes() {
        return pendingBytes;
    }

    /** Returns the number of the last message that was sent. */
    long last() {
        return last;
    }

    /** Takes the next pending message; null if there is none. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
    @Nullable
    Entry takeNext() {
        Entry entry = pending.poll();
        if (entry != null) {
            pendingBytes -= entry.size();
            entry.number = entry.number == 0 ? last + 1 : entry.number;
            last = entry.number;
            sent.add(entry);
            sentBytes += entry.size();
        }
        return entry;
    }

    /** Takes all pending messages. */
    @CanIgnoreReturnValue
    List<Entry> takeAll() {
        List<Entry> all = new ArrayList<>();
        for (Entry entry = takeNext(); entry != null; entry = takeNext()) {
            all.add(entry);
        }
        return all;
    }

    /** Discards the oldest sent messages, until at most the given number of bytes remains. */
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

    /** Reports whether a client can resume after a number without loss. */
    boolean canResume(long number) {
        return number >= lastDiscarded && number <= last;
    }

    /**
     * Acknowledges messages up to a number, and queues later ones again. The number must be {@linkplain #canResume
     * resumable}.
     */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
    void resume(long number) {
        while (!sent.isEmpty() && sent.getFirst().number <= number) {
            discardOldest();
        }
        last = number;
        while (!sent.isEmpty()) {
            Entry again = sent.removeLast();
            sentBytes -= again.size();
            pendingBytes += again.size();
            pending.addFirst(again);
        }
    }
}

package dev.sprocket.cluster.internal.log;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.Envelope;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Gap.Reason;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.TopicSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ring of the latest envelopes of one topic.
 *
 * <p>Offsets increase, but may have gaps: each event names its previous one. Guarded by its owner.
 */
public final class EnvelopeLog {
    /** Memory that counts for each envelope in addition to its size, in bytes. */
    public static final int OVERHEAD = 96;

    private static final int MIN_CAPACITY = 4;

    /**
     * Envelope in the ring.
     *
     * @param total size of all events up to this one, in bytes with overhead
     */
    @SuppressWarnings("ArrayRecordComponent") // not compared
    private record Entry(Position position, byte[] envelope, long timeMillis, long total) {}

    private final String topic;
    /** Position of the last event that was removed, or the beginning. */
    private Position base;

    private Position top;
    private Reason baseReason = Reason.EVICTED;
    private @Nullable Entry[] ring = new Entry[MIN_CAPACITY];
    private int first;
    private int count;
    private long baseTotal;
    private long topTotal;

    /**
     * Creates a log without events.
     *
     * @param beginning position before the first event
     */
    public EnvelopeLog(String topic, Position beginning) {
        this.topic = topic;
        this.base = beginning;
        this.top = beginning;
    }

    /** Returns the position of the newest event. */
    public Position top() {
        return top;
    }

    /** Returns the memory of the envelopes, in bytes. */
    public long bytes() {
        return topTotal - baseTotal;
    }

    /** Returns the number of envelopes. */
    public int size() {
        return count;
    }

    /** Reports whether an event is the next one after the newest. */
    public boolean isNext(Position position, long previous) {
        return position.epoch() == top.epoch() && previous == top.offset() && position.offset() > previous;
    }

    /** Appends the next event; the caller has checked {@link #isNext}. */
    public void append(Position position, byte[] envelope, long timeMillis) {
        if (count == ring.length) {
            resize(2 * count);
        }
        topTotal += OVERHEAD + envelope.length;
        ring[(first + count) % ring.length] = new Entry(position, envelope, timeMillis, topTotal);
        count++;
        top = position;
    }

    /** Removes all events and continues after another position. */
    public void reset(Position position) {
        while (removeOldest(Reason.EVICTED)) {
            // until it is empty
        }
        base = position;
        top = position;
    }

    /** Removes events beyond limits. */
    public void trim(TopicSettings.History limits, long nowMillis) {
        while (count > limits.events() || (count > 1 && bytes() > limits.bytes())) {
            removeOldest(Reason.EVICTED);
        }
        long expired = nowMillis - limits.ttl().toMillis();
        while (count > 0 && entry(0).timeMillis <= expired) {
            removeOldest(Reason.EXPIRED);
        }
    }

    /** Removes the oldest event. Returns false if there is none. */
    @CanIgnoreReturnValue
    public boolean removeOldest(Reason reason) {
        if (count == 0) {
            return false;
        }
        Entry removed = entry(0);
        ring[first] = null;
        first = (first + 1) % ring.length;
        count--;
        base = removed.position;
        baseTotal = removed.total;
        baseReason = reason;
        if (ring.length > MIN_CAPACITY && count < ring.length / 4) {
            resize(ring.length / 2);
        }
        return true;
    }

    /** Reports whether all events after a position are here. */
    public boolean hasAllAfter(Position after) {
        return !after.equals(Position.EARLIEST) && missing(after) == null;
    }

    /** Finds a position; see {@link EventLog#find(String, Position, int, long)}. */
    public EventLog.Place find(Position after, int maxEvents, long maxBytes) {
        Reason missing = missing(after);
        Position start = missing == null && !after.equals(Position.EARLIEST) ? after : base;
        int last = count - 1;
        int limited = Math.max(index(start), last - maxEvents);
        while (limited < last && topTotal - total(limited) > maxBytes) {
            limited++;
        }
        Gap gap = missing == null ? null : new Gap(topic, after, base, missing);
        return new EventLog.Place(start, position(limited), count == 0 ? top : position(last - 1), top, gap);
    }

    /** Reads the events after a position; see {@link EventLog#read}. */
    public Engine.Excerpt read(Position after, int maxEvents, int maxBytes) {
        Reason missing = missing(after);
        Position start = missing == null && !after.equals(Position.EARLIEST) ? after : base;
        List<byte[]> envelopes = new ArrayList<>();
        long size = 0;
        for (int i = index(start) + 1; i < count; i++) {
            byte[] envelope = entry(i).envelope;
            if (!envelopes.isEmpty() && (envelopes.size() == maxEvents || size + envelope.length > maxBytes)) {
                break;
            }
            size += envelope.length;
            envelopes.add(envelope);
        }
        return new Engine.Excerpt(envelopes, missing == null ? null : new Gap(topic, after, base, missing));
    }

    /** Returns the envelope with a publication id; null if it is not here. */
    public byte @Nullable [] find(long publication) {
        for (int i = count - 1; i >= 0; i--) {
            byte[] envelope = entry(i).envelope;
            if (Envelope.publication(envelope) == publication) {
                return envelope;
            }
        }
        return null;
    }

    /** Returns statistics of the events. */
    public EventLog.Statistics statistics(long nowMillis) {
        long age = count == 0 ? 0 : Math.max(0, nowMillis - entry(0).timeMillis);
        return new EventLog.Statistics(top, count, bytes(), age);
    }

    /** Returns why events after a position may be missing; null if none are. */
    private @Nullable Reason missing(Position after) {
        if (after.equals(Position.EARLIEST) || after.equals(base)) {
            return null;
        }
        if (after.epoch() != top.epoch() || after.offset() > top.offset() || after.offset() < 0) {
            return Reason.UNKNOWN;
        }
        if (after.offset() < base.offset()) {
            return baseReason;
        }
        int index = index(after);
        return index >= 0 && entry(index).position.equals(after) ? null : Reason.UNKNOWN;
    }

    /** Returns the index of the last event up to a position; -1 is the base. */
    private int index(Position position) {
        int low = -1;
        int high = count - 1;
        while (low < high) {
            int middle = low + (high - low + 1) / 2;
            if (entry(middle).position.offset() <= position.offset()) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private Position position(int index) {
        return index < 0 ? base : entry(index).position;
    }

    private long total(int index) {
        return index < 0 ? baseTotal : entry(index).total;
    }

    private Entry entry(int index) {
        Entry found = ring[(first + index) % ring.length];
        if (found == null) {
            throw new IllegalStateException("no event " + index + " of " + count);
        }
        return found;
    }

    private void resize(int capacity) {
        @Nullable Entry[] resized = new Entry[capacity];
        for (int i = 0; i < count; i++) {
            resized[i] = ring[(first + i) % ring.length];
        }
        ring = resized;
        first = 0;
    }
}

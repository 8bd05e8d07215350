package dev.sprocket.pubsub;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.pubsub.Gap.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Events of one topic in a {@link MemoryLog}, as a ring. Guarded by its own lock unless stated otherwise. */
final class MemoryTopicLog {
    /** Memory of an empty log, in bytes. */
    static final int EMPTY_BYTES = 256;

    private static final int MIN_CAPACITY = 4;

    /**
     * Event in the ring; its offset is its place.
     *
     * @param stored text or payload
     * @param total size of all events of the epoch up to this one, in bytes with overhead
     */
    private record Entry(Object stored, Audience audience, long publication, long timeMillis, long total) {}

    final String topic;
    /** Number of followers; changed while the map of all logs holds the topic. */
    volatile int followers;

    private final long epoch = ThreadLocalRandom.current().nextLong() | 1;
    /** Position of the newest event; may be read without the lock. */
    private volatile Position top = new Position(epoch, 0, 0);
    /** Position of the last event that was removed, or the beginning. */
    private Position base = top;

    private Reason baseReason = Reason.EVICTED;
    private @Nullable Entry[] ring = new Entry[MIN_CAPACITY];
    private int first;
    private int count;
    /** Total of the last event that was removed. */
    private long baseTotal;

    private long topTotal;
    private TopicSettings.@Nullable History history;
    private long lastUsedMillis;
    private boolean ended;
    /** Index in the samples of the log; guarded by the samples' lock. */
    int sample = -1;

    MemoryTopicLog(String topic, long nowMillis) {
        this.topic = topic;
        this.lastUsedMillis = nowMillis;
    }

    Position top() {
        return top;
    }

    Position base() {
        return base;
    }

    /** Reports whether this log was removed, so that the topic needs a new one. */
    boolean hasEnded() {
        return ended;
    }

    void end() {
        ended = true;
        removeAll(Reason.EVICTED);
    }

    /** Returns the memory of the events in bytes. */
    long bytes() {
        return topTotal - baseTotal;
    }

    int events() {
        return count;
    }

    boolean isUnused(long beforeMillis) {
        return count == 0 && followers == 0 && lastUsedMillis < beforeMillis;
    }

    /** Returns the age of the oldest event in milliseconds; 0 if there is none. */
    long ageMillis(long nowMillis) {
        return count == 0 ? 0 : Math.max(0, nowMillis - entry(0).timeMillis);
    }

    EventLog.LoggedEvent append(Event event, Audience audience, TopicSettings.History limits, long nowMillis) {
        history = limits;
        lastUsedMillis = nowMillis;
        long given = event.publication();
        long publication = given != 0 ? given : ThreadLocalRandom.current().nextLong(1, 1L << 53);
        topTotal += MemoryLog.OVERHEAD + event.size();
        Entry added = new Entry(event.stored(), audience, publication, nowMillis, topTotal);
        if (count == ring.length) {
            resize(2 * count);
        }
        ring[(first + count) % ring.length] = added;
        count++;
        top = new Position(epoch, top.offset() + 1, check(publication));
        trim(nowMillis);
        return new EventLog.LoggedEvent(
                top, top.offset() - 1, event, audience, publication, Instant.ofEpochMilli(nowMillis));
    }

    /** Returns 32 bits of a publication id. */
    private static int check(long publication) {
        return Position.of(0, 0, publication).check();
    }

    /** Sets other limits; null ends the log. */
    void configure(TopicSettings.@Nullable History limits, long nowMillis) {
        history = limits;
        if (limits == null) {
            end();
        } else {
            trim(nowMillis);
        }
    }

    /** Removes events beyond the limits. */
    void trim(long nowMillis) {
        TopicSettings.History limits = history;
        if (limits == null) {
            return;
        }
        while (count > limits.events() || count > 1 && bytes() > limits.bytes()) {
            removeOldest(Reason.EVICTED);
        }
        long expired = nowMillis - limits.ttl().toMillis();
        while (count > 0 && entry(0).timeMillis <= expired) {
            removeOldest(Reason.EXPIRED);
        }
    }

    /** Removes the oldest event. Returns false if there is none. */
    @CanIgnoreReturnValue
    boolean removeOldest(Reason reason) {
        if (count == 0) {
            return false;
        }
        Entry removed = entry(0);
        ring[first] = null;
        first = (first + 1) % ring.length;
        count--;
        base = new Position(epoch, base.offset() + 1, check(removed.publication));
        baseTotal = removed.total;
        baseReason = reason;
        if (ring.length > MIN_CAPACITY && count < ring.length / 4) {
            resize(ring.length / 2);
        }
        return true;
    }

    void removeAll(Reason reason) {
        while (removeOldest(reason)) {
            // until it is empty
        }
    }

    EventLog.Place find(Position after, int maxEvents, long maxBytes, long nowMillis) {
        trim(nowMillis);
        Reason missing = missing(after);
        Position start = missing == null && !after.equals(Position.EARLIEST) ? after : base;
        int last = count - 1;
        int limited = Math.max(index(start), last - maxEvents);
        for (int high = last; limited < high && topTotal - total(limited) > maxBytes; ) {
            int middle = (limited + high) >>> 1;
            if (topTotal - total(middle) > maxBytes) {
                limited = middle + 1;
            } else {
                high = middle;
            }
        }
        Gap gap = missing == null ? null : new Gap(topic, after, base, missing);
        return new EventLog.Place(start, position(limited), count == 0 ? top : position(last - 1), top, gap);
    }

    /** Returns the position of an event by its index; -1 is the last removed. */
    private Position position(int index) {
        return index < 0 ? base : new Position(epoch, base.offset() + 1 + index, check(entry(index).publication));
    }

    /** Returns the total of an event by its index; -1 is the last removed. */
    private long total(int index) {
        return index < 0 ? baseTotal : entry(index).total;
    }

    EventLog.Slice read(Position after, int maxEvents, int maxBytes, long nowMillis) {
        trim(nowMillis);
        Reason missing = missing(after);
        Position start = missing == null && !after.equals(Position.EARLIEST) ? after : base;
        List<EventLog.LoggedEvent> events = new ArrayList<>();
        long size = 0;
        for (long offset = start.offset() + 1; offset <= top.offset(); offset++) {
            Entry entry = entry((int) (offset - base.offset() - 1));
            EventLog.LoggedEvent logged = logged(offset, entry);
            if (!events.isEmpty()
                    && (events.size() == maxEvents || size + logged.event().size() > maxBytes)) {
                break;
            }
            size += logged.event().size();
            events.add(logged);
        }
        return new EventLog.Slice(events, missing == null ? null : new Gap(topic, after, base, missing));
    }

    private EventLog.LoggedEvent logged(long offset, Entry entry) {
        return new EventLog.LoggedEvent(
                new Position(epoch, offset, check(entry.publication)),
                offset - 1,
                Event.ofStored(entry.stored),
                entry.audience,
                entry.publication,
                Instant.ofEpochMilli(entry.timeMillis));
    }

    /** Returns the event of a publication; null if it is not kept. */
    EventLog.@Nullable LoggedEvent find(long publication, long nowMillis) {
        trim(nowMillis);
        for (int index = count - 1; index >= 0; index--) {
            Entry entry = entry(index);
            if (entry.publication == publication) {
                return logged(base.offset() + 1 + index, entry);
            }
        }
        return null;
    }

    /** Returns why events after a position may be missing; null if none are. */
    private @Nullable Reason missing(Position after) {
        if (after.equals(Position.EARLIEST)) {
            return null;
        }
        if (after.epoch() != epoch || after.offset() < 0 || after.offset() > top.offset()) {
            return Reason.UNKNOWN;
        }
        if (after.offset() < base.offset()) {
            return baseReason;
        }
        int known = after.offset() == base.offset() ? base.check() : check(entry(index(after)).publication);
        return after.check() == known ? null : Reason.UNKNOWN;
    }

    private int index(Position position) {
        return (int) (position.offset() - base.offset() - 1);
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

package dev.sprocket.cluster.memory;

import dev.sprocket.pubsub.EventLog.RetainLimits;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Retained events of a hub, which guards them. */
final class MemoryRetained {
    /** Memory that counts for each event, in addition to its envelope. */
    private static final int OVERHEAD = 256;

    /**
     * Retained event.
     *
     * @param envelope envelope
     * @param endMillis time of the hub at which it expires; 0 if it does not
     */
    private record Kept(byte[] envelope, long endMillis) {
        long size() {
            return (long) OVERHEAD + envelope.length;
        }

        @Nullable
        Position position() {
            return MemoryEngine.read(envelope).position();
        }
    }

    /** Events of a topic. */
    private static final class Slot {
        @Nullable
        Kept all;

        @Nullable
        Kept some;

        long size() {
            return size(all) + size(some);
        }

        int count() {
            return (all == null ? 0 : 1) + (some == null ? 0 : 1);
        }

        private static long size(@Nullable Kept kept) {
            return kept == null ? 0 : kept.size();
        }
    }

    private final NavigableMap<String, Slot> slots = new TreeMap<>();

    private static boolean isAlive(@Nullable Kept kept, long now) {
        return kept != null && (kept.endMillis == 0 || kept.endMillis > now);
    }

    private void expire(long now) {
        slots.values().removeIf(slot -> {
            slot.all = isAlive(slot.all, now) ? slot.all : null;
            slot.some = isAlive(slot.some, now) ? slot.some : null;
            return slot.count() == 0;
        });
    }

    boolean retain(String topic, byte[] envelope, boolean restricted, RetainLimits limits, long now) {
        expire(now);
        Slot slot = slots.getOrDefault(topic, new Slot());
        Kept added = new Kept(envelope.clone(), limits.ttlMillis() == 0 ? 0 : now + limits.ttlMillis());
        if (isBefore(added, slot.all) || isBefore(added, slot.some)) {
            return true;
        }
        Kept replaced = restricted ? slot.some : slot.all;
        long bytes = added.size() - (replaced == null ? 0 : replaced.size());
        int count = replaced == null ? 1 : 0;
        for (Slot other : slots.values()) {
            bytes += other.size();
            count += other.count();
        }
        if (count > limits.maxEvents() || bytes > limits.maxBytes()) {
            return false;
        }
        slot.some = restricted ? added : null;
        slot.all = restricted ? slot.all : added;
        slots.put(topic, slot);
        return true;
    }

    /** Reports whether an event was appended before another one. */
    private static boolean isBefore(Kept added, @Nullable Kept other) {
        Position own = added.position();
        Position existing = other == null ? null : other.position();
        return own != null && existing != null && own.epoch() == existing.epoch() && own.offset() < existing.offset();
    }

    List<byte[]> find(MatchPolicy match, String pattern, int max, long now) {
        expire(now);
        String prefix = match.literalPrefix(pattern);
        List<byte[]> found = new ArrayList<>();
        int topics = 0;
        for (Map.Entry<String, Slot> entry : slots.tailMap(prefix, true).entrySet()) {
            if (!entry.getKey().startsWith(prefix) || topics > max) {
                break;
            }
            if (match.matches(pattern, entry.getKey())) {
                topics++;
                add(entry.getValue().some, found);
                add(entry.getValue().all, found);
            }
        }
        return found;
    }

    private static void add(@Nullable Kept kept, List<byte[]> found) {
        if (kept != null) {
            found.add(kept.envelope.clone());
        }
    }

    boolean clear(String topic, long now) {
        expire(now);
        return slots.remove(topic) != null;
    }

    void clear() {
        slots.clear();
    }
}

package dev.sprocket.faultlab.history;

import dev.sprocket.faultlab.history.Violation.Promise;
import dev.sprocket.pubsub.Position;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds sent events, and what any observer knows about their positions. Not thread-safe. */
final class SentIndex {
    private final Map<EventKey, Sent> sent = new HashMap<>();
    private final Map<EventKey, Position> positions = new HashMap<>();
    private final Set<EventKey> heard = new HashSet<>();
    /** By epoch, the first offset that two events have: a failover lost one of them. */
    private final Map<Long, Long> forks = new HashMap<>();

    SentIndex(History history, Findings findings) {
        for (Sent one : history.sent()) {
            sent.put(one.key(), one);
            if (one.position() != null) {
                positions.put(one.key(), one.position());
            }
        }
        for (Observation observation : history.observations()) {
            for (Heard entry : observation.entries()) {
                if (entry instanceof Heard.Event event) {
                    heard.add(event.key());
                    Position known =
                            event.position() == null ? null : positions.putIfAbsent(event.key(), event.position());
                    if (known != null && !known.equals(event.position())) {
                        findings.add(
                                Promise.ONCE,
                                event.key() + " is at " + known + ", and for " + observation.observer() + " at "
                                        + event.position());
                    }
                }
            }
        }
        findForks();
    }

    /** Notes offsets that a failover gave twice. */
    private void findForks() {
        Map<String, Position> byOffset = new HashMap<>();
        for (Position position : positions.values()) {
            Position other = byOffset.putIfAbsent(position.epoch() + "." + position.offset(), position);
            if (other != null && !other.equals(position)) {
                forks.merge(position.epoch(), position.offset(), Math::min);
            }
        }
    }

    /** Returns the order of two positions; 0 if it is not known. */
    int order(@Nullable Position one, @Nullable Position other) {
        if (one == null || other == null || one.epoch() != other.epoch()) {
            return 0;
        }
        long fork = forks.getOrDefault(one.epoch(), Long.MAX_VALUE);
        return Math.min(one.offset(), other.offset()) >= fork ? 0 : Long.compare(one.offset(), other.offset());
    }

    @Nullable
    Sent find(EventKey key) {
        return sent.get(key);
    }

    @Nullable
    Position position(EventKey key) {
        return positions.get(key);
    }

    boolean isHeardByAnybody(EventKey key) {
        return heard.contains(key);
    }
}

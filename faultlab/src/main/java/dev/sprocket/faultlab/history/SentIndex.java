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

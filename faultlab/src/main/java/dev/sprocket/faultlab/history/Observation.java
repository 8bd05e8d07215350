package dev.sprocket.faultlab.history;

import com.google.errorprone.annotations.Immutable;
import java.util.List;
import java.util.Set;

/**
 * All that one observer noted.
 *
 * @param observer its name
 * @param topics topics to which it is subscribed
 * @param recovers false if its protocol has no positions, so a new connection may miss events without being told
 * @param entries in the order of their arrival
 */
@Immutable
@SuppressWarnings("Immutable") // copies of lists and sets
public record Observation(String observer, Set<String> topics, boolean recovers, List<Heard> entries) {
    /** Copies what is passed. */
    public Observation {
        topics = Set.copyOf(topics);
        entries = List.copyOf(entries);
    }
}

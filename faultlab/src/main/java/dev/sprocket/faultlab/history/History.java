package dev.sprocket.faultlab.history;

import com.google.errorprone.annotations.Immutable;
import java.util.List;
import java.util.Set;

/**
 * A finished run: what was sent, what was heard, and when there was a fault.
 *
 * @param logged topics with a log
 * @param sent events in the order of each publisher
 * @param observations one of each observer
 * @param faults faults in the order of their beginnings
 */
@Immutable
@SuppressWarnings("Immutable") // copies of lists and sets
public record History(Set<String> logged, List<Sent> sent, List<Observation> observations, List<Fault> faults) {
    /** Copies what is passed. */
    public History {
        logged = Set.copyOf(logged);
        sent = List.copyOf(sent);
        observations = List.copyOf(observations);
        faults = List.copyOf(faults);
    }

    /**
     * A fault.
     *
     * @param from time of its beginning, in milliseconds
     * @param healed time at which its cause was removed, in milliseconds
     */
    @Immutable
    public record Fault(String name, long from, long healed) {}
}

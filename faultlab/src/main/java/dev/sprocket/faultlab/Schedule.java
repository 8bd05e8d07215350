package dev.sprocket.faultlab;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.faultlab.host.Network.Way;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Sequence of faults that a seed selects.
 *
 * @param faults in their order
 * @param pauses pause before each fault, in milliseconds
 */
@Immutable
@SuppressWarnings("Immutable") // copies
record Schedule(List<Fault> faults, List<Integer> pauses) {
    private static final int LONGEST_PAUSE = 2000;

    /** Faults of the run in the build. */
    enum Fault {
        KILL_NODE("kill -9 of a node", Scenarios::killNode),
        REDIS_EMPTY("Redis killed, and back empty", Scenarios::redisEmpty),
        CLIENT_KILL("CLIENT KILL TYPE pubsub", Scenarios::clientKill),
        CUT("a node cut off for 5 s", lab -> Scenarios.cut(lab, Way.BOTH, 5));

        private final String text;
        private final Scenario.Action action;

        Fault(String text, Scenario.Action action) {
            this.text = text;
            this.action = action;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Returns each fault once, in an order and with pauses that the seed selects. */
    static Schedule of(long seed) {
        Random random = new Random(seed);
        List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
        Collections.shuffle(faults, random);
        List<Integer> pauses =
                faults.stream().map(fault -> random.nextInt(LONGEST_PAUSE)).toList();
        return new Schedule(List.copyOf(faults), pauses);
    }

    /** Returns the scenario with these faults. */
    Scenario scenario() {
        return new Scenario(toString(), Set.of(), Setup.PLAIN, lab -> {
            for (int i = 0; i < faults.size(); i++) {
                Thread.sleep(pauses.get(i));
                faults.get(i).action.run(lab);
            }
        });
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < faults.size(); i++) {
            parts.add("after " + pauses.get(i) + " ms " + faults.get(i));
        }
        return String.join("; ", parts);
    }
}

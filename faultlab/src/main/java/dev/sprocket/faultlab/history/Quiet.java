package dev.sprocket.faultlab.history;

import java.util.List;

/** Times without a fault and its consequences. Not thread-safe. */
final class Quiet {
    /** Time before a fault that does not count as quiet, in milliseconds. */
    private static final long BEFORE = 1000;

    private final List<History.Fault> faults;
    private final long healing;

    Quiet(List<History.Fault> faults, long healing) {
        this.faults = faults;
        this.healing = healing;
    }

    boolean isQuiet(long from, long to) {
        for (History.Fault fault : faults) {
            if (from <= fault.healed() + healing && to >= fault.from() - BEFORE) {
                return false;
            }
        }
        return true;
    }
}

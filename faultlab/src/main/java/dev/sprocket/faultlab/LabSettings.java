package dev.sprocket.faultlab;

import com.google.errorprone.annotations.Immutable;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Settings of the lab.
 *
 * @param seed selects nodes, topics and pauses
 * @param full true for the full length of faults, false for a few seconds each
 * @param healing time in which delivery must continue after a fault
 * @param printer receives lines for people
 */
@Immutable
@SuppressWarnings("Immutable") // a function of the caller
record LabSettings(long seed, boolean full, Duration healing, Consumer<String> printer) {
    void print(String line) {
        printer.accept(line);
    }

    /** Returns the full length, or the short one. */
    double seconds(double fullLength, double shortLength) {
        return full ? fullLength : shortLength;
    }
}

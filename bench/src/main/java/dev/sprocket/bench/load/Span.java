package dev.sprocket.bench.load;

import java.time.Duration;

/**
 * Length of a measurement.
 *
 * @param warmUp time before the measurement
 * @param time length of the measurement, if operations is 0
 * @param operations number of operations; 0 measures for a time
 */
public record Span(Duration warmUp, Duration time, long operations) {
    /** Measures for a time. */
    public static Span of(Duration warmUp, Duration time) {
        return new Span(warmUp, time, 0);
    }

    /** Reports whether a measurement is complete. */
    boolean isOver(long counted, long nanos) {
        return operations > 0 ? counted >= operations : nanos >= time.toNanos();
    }
}

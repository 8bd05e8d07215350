package dev.sprocket.core.internal.metrics;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Durations that are recorded by the registries that have asked for them.
 *
 * <p>Without a registry nothing is measured: {@link #start} does not read the clock, and {@link #end} does nothing.
 */
@ThreadSafe
public final class Distribution {
    private static final LongConsumer[] NONE = {};

    private final String name;
    private final String description;
    private final List<Duration> buckets;
    private volatile LongConsumer[] recorders = NONE;

    /**
     * Creates a distribution.
     *
     * @param name name with dots
     * @param buckets upper bounds of the buckets, in ascending order
     */
    public Distribution(String name, String description, Duration... buckets) {
        this.name = name;
        this.description = description;
        this.buckets = List.of(buckets);
    }

    /** Returns durations in milliseconds, for the buckets. */
    public static Duration[] millis(double... bounds) {
        return Arrays.stream(bounds)
                .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1_000_000)))
                .toArray(Duration[]::new);
    }

    public String name() {
        return name;
    }

    public String description() {
        return description;
    }

    public List<Duration> buckets() {
        return buckets;
    }

    /** Reports whether a registry records this distribution. */
    public boolean isRecorded() {
        return recorders.length > 0;
    }

    /** Returns the time of the clock in nanoseconds; 0 if nothing is recorded. */
    public long start() {
        if (recorders.length == 0) {
            return 0;
        }
        long now = System.nanoTime();
        return now == 0 ? 1 : now;
    }

    /** Records the time since {@link #start}; nothing if that was 0. */
    public void end(long started) {
        if (started != 0) {
            record(System.nanoTime() - started);
        }
    }

    /** Records a duration in nanoseconds. Does not allocate. */
    public void record(long nanos) {
        for (LongConsumer recorder : recorders) {
            recorder.accept(nanos);
        }
    }

    /** Adds a recorder of nanoseconds. */
    public synchronized void add(LongConsumer recorder) {
        LongConsumer[] all = Arrays.copyOf(recorders, recorders.length + 1);
        all[recorders.length] = recorder;
        recorders = all;
    }

    /** Removes a recorder. */
    public synchronized void remove(LongConsumer recorder) {
        recorders = Arrays.stream(recorders).filter(other -> other != recorder).toArray(LongConsumer[]::new);
    }
}

package dev.sprocket.core.internal.metrics;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of one name, one for each value of a tag.
 *
 * @param <A> values of the tag
 */
@ThreadSafe
public final class TaggedCounter<A extends Enum<A>> {
    private final String name;
    private final String description;
    private final String key;
    private final A[] values;
    private final LongAdder[] counts;

    private TaggedCounter(String name, String description, String key, A[] values) {
        this.name = name;
        this.description = description;
        this.key = key;
        this.values = values;
        this.counts = new LongAdder[values.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** Creates counters that start at zero. */
    public static <A extends Enum<A>> TaggedCounter<A> of(
            String name, String description, String key, Class<A> values) {
        return new TaggedCounter<>(name, description, key, values.getEnumConstants());
    }

    /** Counts one. Does not allocate. */
    public void increment(A value) {
        counts[value.ordinal()].increment();
    }

    /** Returns the count of a value. */
    public long get(A value) {
        return counts[value.ordinal()].sum();
    }

    /** Returns all counters as one metric. */
    public Metric metric() {
        List<Metric.Series> series = new ArrayList<>();
        for (A value : values) {
            series.add(new Metric.Series(List.of(key, Metric.tag(value)), counts[value.ordinal()]::sum));
        }
        return Metric.counter(name, description, series);
    }
}

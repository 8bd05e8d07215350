package dev.sprocket.core.internal.metrics;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;

/**
 * Counters of one name, one for each combination of the values of two tags.
 *
 * @param <A> values of the first tag
 * @param <B> values of the second tag
 */
@ThreadSafe
public final class PairCounter<A extends Enum<A>, B extends Enum<B>> {
    private final String name;
    private final String description;
    private final String firstKey;
    private final String secondKey;
    private final A[] first;
    private final B[] second;
    private final LongAdder[] counts;

    private PairCounter(String name, String description, String firstKey, A[] first, String secondKey, B[] second) {
        this.name = name;
        this.description = description;
        this.firstKey = firstKey;
        this.first = first;
        this.secondKey = secondKey;
        this.second = second;
        this.counts = new LongAdder[first.length * second.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** Creates counters that start at zero. */
    public static <A extends Enum<A>, B extends Enum<B>> PairCounter<A, B> of(
            String name, String description, String firstKey, Class<A> first, String secondKey, Class<B> second) {
        return new PairCounter<>(
                name, description, firstKey, first.getEnumConstants(), secondKey, second.getEnumConstants());
    }

    /** Counts one. Does not allocate. */
    public void increment(A a, B b) {
        counter(a, b).increment();
    }

    /** Adds a number. Does not allocate. */
    public void add(A a, B b, long number) {
        counter(a, b).add(number);
    }

    /** Returns the count of a combination. */
    public long get(A a, B b) {
        return counter(a, b).sum();
    }

    private LongAdder counter(A a, B b) {
        return counts[a.ordinal() * second.length + b.ordinal()];
    }

    /** Returns all counters as one metric. */
    public Metric metric() {
        return metric((a, b) -> true);
    }

    /** Returns the counters of possible combinations as one metric. */
    public Metric metric(BiPredicate<A, B> isPossible) {
        List<Metric.Series> series = new ArrayList<>();
        for (A a : first) {
            for (B b : second) {
                if (!isPossible.test(a, b)) {
                    continue;
                }
                series.add(new Metric.Series(
                        List.of(firstKey, Metric.tag(a), secondKey, Metric.tag(b)), counter(a, b)::sum));
            }
        }
        return Metric.counter(name, description, series);
    }
}

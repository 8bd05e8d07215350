package dev.sprocket.pubsub.internal.metrics;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Sketch of the topics with the most publishes, by the space-saving algorithm.
 *
 * <p>Metwally, Agrawal, El Abbadi: Efficient computation of frequent and top-k elements in data streams (ICDT 2005). It
 * has a fixed number of counters; a new topic takes over the counter of the rarest one. All counts are halved every
 * minute, so that yesterday's topics make room. It is given a sample of the publishes.
 */
@ThreadSafe
public final class HotTopics {
    /** Number of counters. */
    public static final int CAPACITY = 1024;

    private static final long HALVING = TimeUnit.MINUTES.toNanos(1);

    /** Count of one topic, at a place of the heap. */
    private static final class Counter {
        String topic;
        long count;
        int index;

        Counter(String topic, int index) {
            this.topic = topic;
            this.index = index;
        }
    }

    private final LongSupplier nanos;
    private final Map<String, Counter> byTopic = new HashMap<>();
    /** Binary heap with the smallest count first. */
    private final List<Counter> heap = new ArrayList<>();

    private final long started;
    private long halved;

    /** Creates an empty sketch with a clock in nanoseconds. */
    public HotTopics(LongSupplier nanos) {
        this.nanos = nanos;
        this.started = nanos.getAsLong();
        this.halved = started;
    }

    /** Counts a publish of the sample. */
    public synchronized void add(String topic) {
        age();
        Counter counter = byTopic.get(topic);
        if (counter == null) {
            counter = newCounter(topic);
        }
        counter.count++;
        sink(counter.index);
    }

    private Counter newCounter(String topic) {
        Counter counter;
        if (heap.size() < CAPACITY) {
            counter = new Counter(topic, heap.size());
            heap.add(counter);
            rise(counter.index);
        } else {
            counter = heap.get(0);
            byTopic.remove(counter.topic);
            counter.topic = topic;
        }
        byTopic.put(topic, counter);
        return counter;
    }

    /** Halves all counts once a minute; their order stays. */
    private void age() {
        long minutes = (nanos.getAsLong() - halved) / HALVING;
        if (minutes > 0) {
            halved += minutes * HALVING;
            for (Counter counter : heap) {
                counter.count >>= Math.min(minutes, Long.SIZE - 1);
            }
        }
    }

    private void sink(int from) {
        int index = from;
        while (true) {
            int smallest = index;
            for (int child = 2 * index + 1; child <= 2 * index + 2 && child < heap.size(); child++) {
                if (heap.get(child).count < heap.get(smallest).count) {
                    smallest = child;
                }
            }
            if (smallest == index) {
                return;
            }
            swap(index, smallest);
            index = smallest;
        }
    }

    private void rise(int from) {
        int index = from;
        while (index > 0 && heap.get(index).count < heap.get((index - 1) / 2).count) {
            swap(index, (index - 1) / 2);
            index = (index - 1) / 2;
        }
    }

    private void swap(int a, int b) {
        Counter first = heap.get(a);
        Counter second = heap.get(b);
        heap.set(a, second);
        heap.set(b, first);
        first.index = b;
        second.index = a;
    }

    /** Returns the estimated publishes per second of the topics with the most, the hottest first. */
    public synchronized Map<String, Double> hottest(int max) {
        if (max < 1 || max > CAPACITY) {
            throw new IllegalArgumentException("hot topics: " + max + " (expected: 1-" + CAPACITY + ")");
        }
        age();
        double seconds = countedSeconds();
        Map<String, Double> rates = new LinkedHashMap<>();
        heap.stream()
                .filter(counter -> counter.count > 0)
                .sorted(Comparator.comparingLong((Counter counter) -> counter.count)
                        .reversed())
                .limit(max)
                .forEach(
                        counter -> rates.put(counter.topic, counter.count * (double) PubsubMetrics.SAMPLING / seconds));
        return rates;
    }

    /** Returns the seconds in which a steady rate would lead to the current counts. */
    private double countedSeconds() {
        long now = nanos.getAsLong();
        double minute = HALVING / 1e9;
        long halvings = (halved - started) / HALVING;
        // the sum of 1/2, 1/4, … of the past minutes, and the current one
        double past = minute * (1 - Math.pow(0.5, halvings));
        return Math.max(1, past + (now - halved) / 1e9);
    }
}

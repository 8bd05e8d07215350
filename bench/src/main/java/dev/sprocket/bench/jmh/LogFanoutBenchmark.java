package dev.sprocket.bench.jmh;

import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures one event per recipient on a topic with and without a history.
 *
 * <p>1,000 recipients in WAMP v1 on one loop. Use {@code -prof gc} to measure allocated bytes, too.
 */
public class LogFanoutBenchmark extends TimedOnLoop {
    private static final int SUBSCRIBERS = Recipients.COUNT;
    private static final int ITERATIONS = BroadcastBenchmark.ITERATIONS;
    private static final int EVENTS = BroadcastBenchmark.EVENTS;

    /** Number of events that the topic keeps; 0 for none. */
    @Param({"0", "1000"})
    public int history = 1000;

    private final Topics topics = new Topics(id -> settings());
    private final Topic topic = topics.topic(Recipients.TOPIC);
    private final Event event = Recipients.EVENT;

    private TopicSettings settings() {
        return history == 0 ? TopicSettings.DEFAULT : TopicSettings.DEFAULT.history(history, Duration.ofHours(1));
    }

    /** Opens the connections and subscribes them. */
    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        Recipients.open(loop, topics, topic);
        long before = loop.written();
        oneEvent();
        if (loop.written() - before < (long) SUBSCRIBERS * ITERATIONS * Recipients.FRAME) {
            throw new IllegalStateException("missing events for some recipients");
        }
    }

    /** Sends one event per loop iteration. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS * ITERATIONS)
    public void oneEvent() throws InterruptedException {
        loop.runIterations(ITERATIONS, () -> topic.broadcast(event));
    }

    /** Sends 32 events per loop iteration. The result is per event and recipient. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS * ITERATIONS * EVENTS)
    public void manyEvents() throws InterruptedException {
        loop.runIterations(ITERATIONS, () -> {
            for (int i = 0; i < EVENTS; i++) {
                topic.broadcast(event);
            }
        });
    }
}

package dev.sprocket.bench.jmh;

import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures 1,000 subscribers that return to one position, per recovered event.
 *
 * <p>Compare with {@link LogFanoutBenchmark#manyEvents}, which delivers 32 live events at once.
 */
public class LogRecoveryBenchmark extends TimedOnLoop {
    private static final int MISSED = 100;
    private static final long BYTES = (long) Recipients.COUNT * MISSED * Recipients.FRAME;

    private final Topics topics = new Topics(id -> TopicSettings.DEFAULT.history(1000, Duration.ofHours(1)));
    private final Topic topic = topics.topic(Recipients.TOPIC);
    private List<Subscriber> subscribers = List.of();
    private Position after = Position.EARLIEST;

    /** Opens the connections, and publishes the events. */
    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        Recipients.open(loop, topics, topic);
        subscribers = topic.subscribers();
        Position first =
                topic.publish(Recipients.EVENT).toCompletableFuture().join().position();
        for (int i = 0; i < MISSED; i++) {
            topic.broadcast(Recipients.EVENT);
        }
        after = first == null ? after : first;
        loop.runIterations(10, () -> {});
    }

    /** Subscribes all again, after the position before the last 100 events. */
    @Benchmark
    @OperationsPerInvocation(Recipients.COUNT * MISSED)
    public void recover() throws InterruptedException {
        long before = loop.written();
        loop.runIterations(1, () -> {
            for (Subscriber subscriber : subscribers) {
                topic.unsubscribe(subscriber);
                var unused = topic.subscribe(subscriber, after);
            }
        });
        for (int i = 0; loop.written() - before < BYTES; i++) {
            if (i > 1000) {
                throw new IllegalStateException("missing events for some subscribers");
            }
        }
    }
}

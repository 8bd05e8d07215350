package dev.sprocket.bench.jmh;

import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures topics on one server, without an engine, by one subscriber on the calling thread.
 *
 * <p>Use {@code -prof gc} to measure allocated bytes, too.
 */
public class TopicBenchmark extends Timed {
    /** Number of events that each topic keeps; 0 for none. */
    @Param({"0", "1000"})
    public int history = 0;

    private final Topics topics = new Topics(id -> settings());
    private final Topic heard = topics.topic("http://bench.example/heard");
    private final Topic other = topics.topic("http://bench.example/other");
    private final Topic silent = topics.topic("http://bench.example/silent");
    private final Event event = Event.of("x".repeat(125));
    private final Subscriber subscriber = subscriber();

    private TopicSettings settings() {
        return history == 0 ? TopicSettings.DEFAULT : TopicSettings.DEFAULT.history(history, Duration.ofHours(1));
    }

    private static Subscriber subscriber() {
        return Subscriber.of("subscriber", Runnable::run, (topic, event) -> {});
    }

    /** Subscribes. */
    @Setup(Level.Trial)
    public void subscribe() {
        heard.subscribe(subscriber);
        if (heard.broadcast(event) != 1) {
            throw new IllegalStateException("missing subscriber");
        }
    }

    /** Publishes an event to one subscriber. */
    @Benchmark
    public int publish() {
        return heard.broadcast(event);
    }

    /** Publishes an event that nobody receives. */
    @Benchmark
    public int publishUnheard() {
        return silent.broadcast(event);
    }

    /** Subscribes to a topic without other subscribers, and unsubscribes. */
    @Benchmark
    public boolean subscribeAndUnsubscribe() {
        return other.subscribe(subscriber) && other.unsubscribe(subscriber);
    }

    /** Subscribes to a topic by the call that may complete later, and unsubscribes. */
    @Benchmark
    public boolean subscribeLaterAndUnsubscribe() {
        var unused = other.subscribe(subscriber, (Position) null);
        return other.unsubscribe(subscriber);
    }
}

package dev.sprocket.bench.jmh;

import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Measures a connection that subscribes to ten topics and leaves, by number of topics. */
public class LeaveBenchmark extends Timed {
    /** Number of existing topics. */
    @Param({"10", "1000", "100000"})
    public int existing = 10;

    private final Topics topics = new Topics();
    private final List<Topic> ten = new ArrayList<>();

    /** Creates the topics, each with one subscriber. */
    @Setup(Level.Trial)
    public void fill() {
        Subscriber other = subscriber();
        for (int i = 0; i < existing; i++) {
            Topic topic = topics.topic("http://bench.example/" + i);
            topic.subscribe(other);
            if (i < 10) {
                ten.add(topic);
            }
        }
    }

    private static Subscriber subscriber() {
        return Subscriber.of("subscriber", Runnable::run, (topic, event) -> {});
    }

    /** Subscribes to ten topics and unsubscribes from all. */
    @Benchmark
    public List<Topic> leave() {
        Subscriber subscriber = subscriber();
        ten.forEach(topic -> topic.subscribe(subscriber));
        return subscriber.unsubscribeAll();
    }
}

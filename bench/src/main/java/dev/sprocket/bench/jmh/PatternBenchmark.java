package dev.sprocket.bench.jmh;

import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Measures a publish that matches one pattern, by the total number of patterns. */
public class PatternBenchmark extends Timed {
    /** Number of patterns. */
    @Param({"10", "1000", "100000"})
    public int patterns = 10;

    /** Kind of the patterns. */
    @Param({"PREFIX", "WILDCARD"})
    public MatchPolicy match = MatchPolicy.PREFIX;

    private final Topics topics = new Topics();
    private final Topic topic = topics.topic("com.example.p7.temperature");
    private final Event event = Event.of(List.of(1));

    /** Subscribes to each pattern. */
    @Setup(Level.Trial)
    public void fill() {
        Subscriber subscriber = Subscriber.of("subscriber", Runnable::run, (on, received) -> {});
        for (int i = 0; i < patterns; i++) {
            String pattern = match == MatchPolicy.PREFIX ? "com.example.p" + i + "." : "com..p" + i + ".temperature";
            topics.pattern(match, pattern).subscribe(subscriber);
        }
        if (publish() != 1) {
            throw new IllegalStateException("matching patterns: " + publish() + " (expected: 1)");
        }
    }

    /** Publishes an event that one pattern matches. */
    @Benchmark
    public int publish() {
        return topic.broadcast(event);
    }
}

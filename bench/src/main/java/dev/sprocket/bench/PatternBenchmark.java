package dev.sprocket.bench;

import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** What a publish costs that one pattern fits, by the number of patterns that do not. */
public class PatternBenchmark extends Timed {
    /** How many patterns there are. */
    @Param({"10", "1000", "100000"})
    public int patterns = 10;

    /** Of which kind. */
    @Param({"PREFIX", "WILDCARD"})
    public MatchPolicy match = MatchPolicy.PREFIX;

    private final Topics topics = new Topics();
    private final Topic topic = topics.topic("com.example.p7.temperature");
    private final Event event = Event.of(List.of(1));

    /** Each has a subscriber. */
    @Setup(Level.Trial)
    public void fill() {
        Subscriber somebody = Subscriber.of("somebody", Runnable::run, (on, heard) -> {});
        for (int i = 0; i < patterns; i++) {
            String pattern = match == MatchPolicy.PREFIX ? "com.example.p" + i + "." : "com..p" + i + ".temperature";
            topics.pattern(match, pattern).subscribe(somebody);
        }
        if (publish() != 1) {
            throw new IllegalStateException("patterns that fit: " + publish() + " (expected: 1)");
        }
    }

    /** To the one that fits. */
    @Benchmark
    public int publish() {
        return topic.broadcast(event);
    }
}

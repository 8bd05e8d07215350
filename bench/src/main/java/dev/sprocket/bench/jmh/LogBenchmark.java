package dev.sprocket.bench.jmh;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.TopicSettings;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Measures the log in memory without subscribers, with events of 125 bytes. */
public class LogBenchmark extends Timed {
    private static final int EVENTS = 1000;
    private static final int SLICE = 100;
    private static final String APPENDED = "http://bench.example/appended";
    private static final String READ = "http://bench.example/read";
    private static final TopicSettings.History HISTORY =
            new TopicSettings.History(EVENTS, Duration.ofHours(1), TopicSettings.History.DEFAULT_BYTES);

    /** Number of other topics, with one event each. */
    @Param({"0", "10000"})
    public int others = 0;

    private final MemoryLog log = new MemoryLog();
    private final Event event = Event.of("x".repeat(125));
    private Position after = Position.EARLIEST;

    /** Fills the log. */
    @Setup(Level.Trial)
    public void fill() {
        log.start((topic, appended) -> () -> 0);
        for (int i = 0; i < others; i++) {
            append("http://bench.example/" + i);
        }
        for (int i = 0; i < EVENTS; i++) {
            append(APPENDED);
            Position position = append(READ).position();
            if (i == EVENTS - SLICE - 1 && position != null) {
                after = position;
            }
        }
        if (read().events().size() != SLICE) {
            throw new IllegalStateException("unexpected events in the log");
        }
    }

    private Published append(String topic) {
        return log.append(topic, event, Audience.ALL, HISTORY)
                .toCompletableFuture()
                .join();
    }

    /** Appends an event, which removes the oldest one. */
    @Benchmark
    public Published append() {
        return append(APPENDED);
    }

    /** Finds the position of a client that returns. */
    @Benchmark
    public EventLog.Place find() {
        return log.find(READ, after, 10_000, 8 << 20).toCompletableFuture().join();
    }

    /** Reads a slice of 100 events. The result is per event. */
    @Benchmark
    @OperationsPerInvocation(SLICE)
    public EventLog.Slice read() {
        return log.read(READ, after, 256, 32 * 1024).toCompletableFuture().join();
    }
}

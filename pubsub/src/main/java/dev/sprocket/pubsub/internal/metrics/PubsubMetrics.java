package dev.sprocket.pubsub.internal.metrics;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.metrics.Distribution;
import dev.sprocket.core.internal.metrics.LiveObjects;
import dev.sprocket.core.internal.metrics.Metric;
import dev.sprocket.core.internal.metrics.MetricSource;
import dev.sprocket.core.internal.metrics.PairCounter;
import dev.sprocket.core.internal.metrics.TaggedCounter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/** Counters of topics and pushes. */
public final class PubsubMetrics implements MetricSource {
    /** One of so many publishes is timed and its topic counted. */
    public static final int SAMPLING = 64;

    /** Numbers of the topics of one server, read when somebody asks. */
    public interface TopicNumbers {
        /** Returns the number of topics with subscribers. */
        long topics();

        /** Returns the number of patterns with subscribers. */
        long patterns();

        /** Returns the number of subscriptions. */
        long subscriptions();

        /** Returns the bytes of events that are not delivered yet. */
        long pendingBytes();
    }

    /** Cause of a gap. */
    public enum GapCause {
        EVICTED,
        EXPIRED,
        UNKNOWN,
        TOO_MANY,
        DROPPED,
        NO_LOG,
        /** A cause that these metrics do not know. */
        OTHER;

        /** Returns the tag of a cause, by its name. */
        public static GapCause of(Enum<?> reason) {
            for (GapCause cause : values()) {
                if (cause.name().equals(reason.name())) {
                    return cause;
                }
            }
            return OTHER;
        }
    }

    /** Result of a recovery. */
    public enum RecoveryResult {
        /** All missed events were in the log. */
        COMPLETE,
        /** The subscriber was told of a gap. */
        GAP,
        /** The log could not be read. */
        FAILED
    }

    /** Bridge that a push came through. */
    public enum Bridge {
        HTTP,
        TCP,
        ZEROMQ,
        OTHER
    }

    /** Result of a push. */
    public enum PushOutcome {
        PUBLISHED,
        /** All events were published before, with the same keys. */
        DUPLICATE,
        /** No event was newer than its topic. */
        SUPERSEDED,
        /** A component or the logs took some of the events only. */
        PARTLY,
        /** Malformed, or of a topic that the sender may not use. */
        REJECTED,
        /** Denied by the policy of the topic. */
        DENIED,
        LIMITED,
        /** Too many bytes were pending, or the log failed. */
        BUSY
    }

    private static final AttributeKey<Bridge> BRIDGE =
            AttributeKey.of("bridge of a push", "is this the connection of a bridge?");

    private static final Duration[] DELIVERY =
            Distribution.millis(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000);

    public static final LiveObjects<TopicNumbers> TOPICS = new LiveObjects<>();
    public static final LongAdder PUBLISHED = new LongAdder();
    /** Events times subscribers. */
    public static final LongAdder DELIVERED = new LongAdder();

    public static final TaggedCounter<GapCause> GAPS =
            TaggedCounter.of("sprocket.events.gaps", "Gaps of which subscribers were told", "cause", GapCause.class);
    public static final TaggedCounter<RecoveryResult> RECOVERIES = TaggedCounter.of(
            "sprocket.recoveries", "Subscribers that returned with a position", "result", RecoveryResult.class);

    private static final PairCounter<Bridge, PushOutcome> PUSHES = PairCounter.of(
            "sprocket.pushes", "Pushes of backends", "bridge", Bridge.class, "result", PushOutcome.class);

    /** Time between a publish and the last hand-over to a connection. */
    public static final Distribution HANDOVER = new Distribution(
            "sprocket.publish.handover", "Time between a publish and its hand-over to the last connection", DELIVERY);
    /** Time between a publish and the flush of the event loop that was last. */
    public static final Distribution FLUSH = new Distribution(
            "sprocket.publish.flush", "Time between a publish and the last flush to sockets", DELIVERY);
    /** Time between the return of a subscriber and its last missed event. */
    public static final Distribution RECOVERY = new Distribution(
            "sprocket.recovery.duration",
            "Time between the return of a subscriber and its last missed event",
            Distribution.millis(1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 5000, 30_000));

    /** Reports whether a publish belongs to the sample. Does not allocate. */
    public static boolean isSampled() {
        return (ThreadLocalRandom.current().nextInt() & SAMPLING - 1) == 0;
    }

    /** Sets the bridge of a connection. */
    public static void from(Connection conn, Bridge bridge) {
        BRIDGE.set(conn, bridge);
    }

    /** Counts a push of a connection. */
    public static void push(Connection from, PushOutcome outcome) {
        PUSHES.increment(BRIDGE.find(from).orElse(Bridge.OTHER), outcome);
    }

    /** Counts a push by HTTP. */
    public static void httpPush(PushOutcome outcome) {
        PUSHES.increment(Bridge.HTTP, outcome);
    }

    /** Returns the number of pushes through a bridge with a result. */
    public static long pushes(Bridge bridge, PushOutcome outcome) {
        return PUSHES.get(bridge, outcome);
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                Metric.gauge(
                        "sprocket.topics", null, "Topics with subscribers", () -> TOPICS.sum(TopicNumbers::topics)),
                Metric.gauge(
                        "sprocket.patterns",
                        null,
                        "Patterns of topics with subscribers",
                        () -> TOPICS.sum(TopicNumbers::patterns)),
                Metric.gauge(
                        "sprocket.subscriptions",
                        null,
                        "Subscriptions to topics and patterns",
                        () -> TOPICS.sum(TopicNumbers::subscriptions)),
                Metric.gauge(
                        "sprocket.events.pending",
                        "bytes",
                        "Bytes of events that are not delivered to all connections yet",
                        () -> TOPICS.sum(TopicNumbers::pendingBytes)),
                Metric.counter("sprocket.events.published", null, "Events published to subscribers", PUBLISHED::sum),
                Metric.counter(
                        "sprocket.events.delivered",
                        null,
                        "Events handed to subscribers, once for each",
                        DELIVERED::sum),
                GAPS.metric(),
                RECOVERIES.metric(),
                PUSHES.metric());
    }

    @Override
    public List<Distribution> distributions() {
        return List.of(HANDOVER, FLUSH, RECOVERY);
    }
}

package dev.sprocket.cluster.internal.node;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.metrics.ClusterMetrics;
import dev.sprocket.cluster.internal.metrics.NodeCounter;
import dev.sprocket.cluster.spi.Engine;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counters of one node. */
@ThreadSafe
public final class Counters {
    /** Events that were relayed to the engine, and those that it did not accept. */
    public final NodeCounter relayed = new NodeCounter(ClusterMetrics.RELAYED);

    public final NodeCounter relaysFailed = new NodeCounter(ClusterMetrics.RELAYS_FAILED);
    /** Events that were appended, and those that were not, or whose answer is unknown. */
    public final NodeCounter appended = new NodeCounter(ClusterMetrics.APPENDED);

    public final NodeCounter appendsFailed = new NodeCounter(ClusterMetrics.APPENDS_FAILED);
    /** Events received from the engine, without echoes. */
    public final NodeCounter received = new NodeCounter(ClusterMetrics.RECEIVED);
    /** Events received while too many waited for the executor. */
    public final NodeCounter dropped = new NodeCounter(ClusterMetrics.DROPPED);
    /** Events without a log that were sent to nodes because of their patterns. */
    public final LongAdder sentToPatterns = new LongAdder();
    /** Events received for the patterns of this node. */
    public final NodeCounter matched = new NodeCounter(ClusterMetrics.MATCHED);
    /** Patterns for which events of other nodes may have been missed. */
    public final NodeCounter patternsInDoubt = new NodeCounter(ClusterMetrics.PATTERNS_IN_DOUBT);
    /** Envelopes that could not be read. */
    public final NodeCounter unreadable = new NodeCounter(ClusterMetrics.UNREADABLE);
    /** Gaps told to the subscribers of a topic. */
    public final NodeCounter gaps = new NodeCounter(ClusterMetrics.GAPS);
    /** Reads of the engine, and reads that were answered without it. */
    public final LongAdder engineReads = new LongAdder();

    public final LongAdder localReads = new LongAdder();
    private final Map<Engine.Cause, LongAdder> continuityLost = new EnumMap<>(Engine.Cause.class);

    /** Creates counters at zero. */
    public Counters() {
        for (Engine.Cause cause : Engine.Cause.values()) {
            continuityLost.put(cause, new LongAdder());
        }
    }

    void onContinuityLost(Engine.Cause cause) {
        LongAdder counter = continuityLost.get(cause);
        if (counter != null) {
            counter.increment();
        }
        ClusterMetrics.CONTINUITY_LOST.increment(cause);
    }

    /** Returns how often continuity was lost, by cause. */
    public Map<Engine.Cause, Long> continuityLost() {
        Map<Engine.Cause, Long> sums = new EnumMap<>(Engine.Cause.class);
        continuityLost.forEach((cause, counter) -> sums.put(cause, counter.sum()));
        return sums;
    }
}

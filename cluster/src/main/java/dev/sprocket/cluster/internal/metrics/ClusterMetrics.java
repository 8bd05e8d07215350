package dev.sprocket.cluster.internal.metrics;

import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.core.internal.metrics.Distribution;
import dev.sprocket.core.internal.metrics.InfoMetric;
import dev.sprocket.core.internal.metrics.LiveObjects;
import dev.sprocket.core.internal.metrics.Metric;
import dev.sprocket.core.internal.metrics.MetricSource;
import dev.sprocket.core.internal.metrics.TaggedCounter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** Counters of the nodes of a process and of their engines. */
public final class ClusterMetrics implements MetricSource {
    /** Numbers of a running node, read when somebody asks. */
    public interface NodeNumbers {
        /** Returns the state of the engine. */
        Engine.State state();

        /** Returns the number of topics to which the node is subscribed. */
        long topics();

        /** Returns the bytes of events that wait for the engine. */
        long pendingBytes();

        /** Returns the bytes of the latest events of all topics. */
        long ringBytes();

        /** Returns the name of the node. */
        String name();

        /** Returns the running nodes as this one sees them, with their texts. */
        Map<NodeId, String> nodes();
    }

    public static final LiveObjects<NodeNumbers> NODES = new LiveObjects<>();
    /** Events that were relayed to the engine, and those that it did not accept. */
    public static final LongAdder RELAYED = new LongAdder();

    public static final LongAdder RELAYS_FAILED = new LongAdder();
    /** Events that were appended, and those that were not, or whose answer is unknown. */
    public static final LongAdder APPENDED = new LongAdder();

    public static final LongAdder APPENDS_FAILED = new LongAdder();
    /** Events received from the engine, without echoes. */
    public static final LongAdder RECEIVED = new LongAdder();
    /** Events that were received for patterns. */
    public static final LongAdder MATCHED = new LongAdder();
    /** Patterns for which events may have been missed. */
    public static final LongAdder PATTERNS_IN_DOUBT = new LongAdder();
    /** Events that a node has received but had no memory for. */
    public static final LongAdder DROPPED = new LongAdder();

    public static final LongAdder UNREADABLE = new LongAdder();
    public static final LongAdder GAPS = new LongAdder();
    /** Topics that were subscribed again on a new connection. */
    public static final LongAdder RESUBSCRIBED = new LongAdder();

    public static final TaggedCounter<Engine.Cause> CONTINUITY_LOST = TaggedCounter.of(
            "sprocket.engine.continuity.lost",
            "Times at which events of other nodes may have been missed",
            "cause",
            Engine.Cause.class);

    /** Time of a probe through the engine. */
    public static final Distribution PROBE = new Distribution(
            "sprocket.engine.probe",
            "Time of a probe through the engine and back",
            Distribution.millis(0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000));
    /** Time until an own event of a topic with a log comes back. */
    public static final Distribution RECEIPT = new Distribution(
            "sprocket.engine.receipt",
            "Time between a publish and its receipt from the engine on the own node",
            Distribution.millis(0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000));

    private static long nodes(Engine.State state) {
        return NODES.sum(node -> node.state() == state ? 1 : 0);
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                Metric.gauge(
                        "sprocket.engine.state",
                        "Nodes of this process by the state of their engine",
                        "state",
                        Engine.State.class,
                        ClusterMetrics::nodes),
                Metric.gauge(
                        "sprocket.engine.topics",
                        null,
                        "Topics that are subscribed at the engine",
                        () -> NODES.sum(NodeNumbers::topics)),
                Metric.gauge(
                        "sprocket.engine.pending",
                        "bytes",
                        "Bytes of published events that wait for the engine",
                        () -> NODES.sum(NodeNumbers::pendingBytes)),
                Metric.gauge(
                        "sprocket.engine.rings",
                        "bytes",
                        "Bytes of the latest events that nodes keep for returning subscribers",
                        () -> NODES.sum(NodeNumbers::ringBytes)),
                Metric.counter(
                        "sprocket.engine.relayed",
                        null,
                        "Events of topics without a log sent to the engine",
                        RELAYED::sum),
                Metric.counter(
                        "sprocket.engine.relays.failed",
                        null,
                        "Events of topics without a log that other nodes do not receive",
                        RELAYS_FAILED::sum),
                Metric.counter(
                        "sprocket.engine.appended",
                        null,
                        "Events of topics with a log that the engine stored",
                        APPENDED::sum),
                Metric.counter(
                        "sprocket.engine.appends.failed",
                        null,
                        "Events of topics with a log whose publishers were told a failure",
                        APPENDS_FAILED::sum),
                Metric.counter("sprocket.engine.received", null, "Events received from the engine", RECEIVED::sum),
                Metric.counter(
                        "sprocket.engine.pattern.events",
                        null,
                        "Events received from the engine for patterns",
                        MATCHED::sum),
                Metric.counter(
                        "sprocket.engine.patterns.in.doubt",
                        null,
                        "Patterns for which events of other nodes may have been missed",
                        PATTERNS_IN_DOUBT::sum),
                Metric.counter(
                        "sprocket.engine.dropped",
                        null,
                        "Events that were received but dropped, because this node was too slow",
                        DROPPED::sum),
                Metric.counter(
                        "sprocket.engine.unreadable",
                        null,
                        "Events of other nodes that this version cannot read",
                        UNREADABLE::sum),
                Metric.counter(
                        "sprocket.engine.gaps", null, "Gaps told to the subscribers of a topic by nodes", GAPS::sum),
                Metric.counter(
                        "sprocket.engine.resubscribed",
                        null,
                        "Topics that were subscribed again after a connection was lost",
                        RESUBSCRIBED::sum),
                CONTINUITY_LOST.metric());
    }

    @Override
    public List<Distribution> distributions() {
        return List.of(PROBE, RECEIPT);
    }

    @Override
    public List<InfoMetric> infos() {
        return List.of(new InfoMetric(
                "sprocket.node.info",
                "Running nodes as a node of this process sees them, itself included",
                List.of("node", "about", "seen.by"),
                ClusterMetrics::nodes));
    }

    private static List<List<String>> nodes() {
        Set<List<String>> rows = new LinkedHashSet<>();
        for (NodeNumbers own : NODES.all()) {
            own.nodes().forEach((node, about) -> rows.add(List.of(node.name(), about, own.name())));
        }
        return List.copyOf(rows);
    }
}

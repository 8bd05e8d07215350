package dev.sprocket.bench.command;

import dev.sprocket.bench.load.NodesLoad;
import dev.sprocket.bench.load.Span;
import dev.sprocket.bench.report.Comparison;
import dev.sprocket.bench.report.Machine;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sprocket-bench nodes}. */
@Command(
        name = "nodes",
        description = "Measures two nodes with the redis-server of the PATH, each in its own process.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class NodesCommand implements Callable<Integer> {
    /** Kinds of measurements. */
    enum Measure {
        FANOUT,
        COST,
        LATENCY,
        COMEBACK,
        RELAYS
    }

    private static final String NODE_MICROS =
            "processor time of the publishing node per event, beyond a single server, µs";

    @Option(
            names = "--measure",
            paramLabel = "NAME",
            split = ",",
            description = "fanout: deliveries to WAMP clients of two nodes and of one; cost: processor time of the"
                    + " engine per event at 10,000/s; latency: from node to node at a rate; comeback: time until all"
                    + " topics are heard again after Redis returns; relays: small publishes per second")
    private List<Measure> measures = List.of(Measure.values());

    @Option(names = "--rounds", paramLabel = "N", description = "number of measurements, with new processes each")
    private int rounds = 3;

    @Option(names = "--seconds", paramLabel = "S", description = "seconds per measurement")
    private double seconds = 5;

    @Option(names = "--warm-up", paramLabel = "S", description = "seconds of warm-up of fanout")
    private double warmUp = 1.5;

    @Option(names = "--subscribers", paramLabel = "N", description = "subscribers of fanout in total")
    private int subscribers = 2000;

    @Option(names = "--history", paramLabel = "N", split = ",", description = "events that a topic keeps, 0 for none")
    private List<Integer> histories = List.of(0, 1000);

    @Option(names = "--at-once", paramLabel = "N", split = ",", description = "events of cost published together")
    private List<Integer> atOnce = List.of(1, 10);

    @Option(names = "--rate", paramLabel = "N", description = "events per second of latency")
    private int rate = 1000;

    @Option(names = "--topics", paramLabel = "N", description = "topics of comeback")
    private int topics = 100_000;

    @Option(names = "--in-flight", paramLabel = "N", description = "publishes of relays in flight")
    private int inFlight = 2000;

    /** One measurement. */
    private interface Measurement {
        List<Double> take() throws Exception;
    }

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--rounds", List.of(rounds));
        Comparison.requireAtLeast(2, "--subscribers", List.of(subscribers));
        Comparison.requireAtLeast(0, "--history", histories);
        Comparison.requireAtLeast(1, "--at-once", atOnce);
        Comparison.requireAtLeast(1, "--rate", List.of(rate, topics, inFlight));
        System.out.println("nodes\n" + Machine.describe() + "\nmedian of " + rounds + " rounds");
        for (Measure measure : measures) {
            if (measure == Measure.COMEBACK) {
                measure(
                        topics + " topics, seconds until all are heard again",
                        List.of("Redis killed and started, s", "CLIENT KILL TYPE pubsub, s", "missing events"),
                        () -> NodesLoad.comeback(topics));
            } else if (measure == Measure.RELAYS) {
                measure(
                        "small publishes, " + inFlight + " in flight",
                        List.of("thousand per second", "processor time of the node, µs", "of Redis, µs"),
                        () -> NodesLoad.relays((int) (100_000 * seconds), inFlight));
            } else {
                for (int history : histories) {
                    byHistory(measure, history);
                }
            }
        }
        return 0;
    }

    private void byHistory(Measure measure, int history) throws Exception {
        String kind = history == 0 ? "relayed" : "with a history of " + history;
        if (measure == Measure.FANOUT) {
            Span span = Span.of(nanos(warmUp), nanos(seconds));
            measure(
                    "fan-out to " + subscribers + " in all, " + kind,
                    List.of(
                            "two nodes / one node",
                            "two nodes, thousand deliveries per second",
                            "one node, thousand deliveries per second",
                            "two nodes and Redis, processor time per delivery, µs",
                            "one node, processor time per delivery, µs"),
                    () -> NodesLoad.fanout(subscribers, history, span));
        } else if (measure == Measure.LATENCY) {
            measure(
                    "from node to node at " + rate + " events per second, " + kind,
                    List.of("median, ms", "99th percentile, ms", "maximum, ms"),
                    () -> NodesLoad.latency(history, rate, (int) (rate * seconds)));
        } else {
            for (int together : atOnce) {
                measure(
                        "10,000 events per second, " + together + " at once, " + kind,
                        List.of(
                                NODE_MICROS,
                                "processor time of the receiving node per event, µs",
                                "processor time of Redis per event, µs",
                                "processor time of a single server per event, µs"),
                        () -> NodesLoad.cost(history, together, (int) (10_000 * seconds)));
            }
        }
    }

    private static Duration nanos(double time) {
        return Duration.ofNanos((long) (time * 1e9));
    }

    private void measure(String label, List<String> figures, Measurement measurement) throws Exception {
        PrintStream out = System.out;
        List<List<Double>> samples = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            List<Double> sample = measurement.take();
            samples.add(sample);
            System.err.println(label + ", round " + round + ": " + sample);
        }
        out.println("\n" + label);
        for (int i = 0; i < figures.size(); i++) {
            int figure = i;
            List<Double> sorted =
                    samples.stream().map(sample -> sample.get(figure)).sorted().toList();
            out.printf(
                    Locale.ROOT,
                    "%10.3f (%.3f-%.3f)  %s%n",
                    sorted.get(sorted.size() / 2),
                    sorted.get(0),
                    sorted.get(sorted.size() - 1),
                    figures.get(i));
        }
    }
}

package dev.sprocket.bench.command;

import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.load.FanoutLoad;
import dev.sprocket.bench.peer.Mode;
import dev.sprocket.bench.report.Case;
import dev.sprocket.bench.report.Comparison;
import dev.sprocket.bench.report.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sprocket-bench fanout}. */
@Command(
        name = "fanout",
        description =
                "Measures deliveries per second from one publisher to many subscribers, or their latency at a fixed"
                        + " rate. Lists measure every combination.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class FanoutCommand implements Callable<Integer> {
    private static final String CPU = "processor time of the server per delivery, µs (less is better)";
    private static final String USER = "of it outside of the kernel, µs (less is better)";
    private static final List<String> SPEED = List.of("thousand deliveries per second", CPU, USER);
    private static final List<String> LATENCY = List.of(
            "99th percentile, ms (less is better)",
            "median, ms (less is better)",
            "maximum, ms (less is better)",
            "thousand deliveries per second",
            CPU,
            USER);

    @Mixin
    private Comparison comparison = new Comparison();

    @Option(names = "--subscribers", paramLabel = "N", split = ",", description = "number of subscribers")
    private List<Integer> subscribers = List.of(1000);

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            description = "payload of an event, a string of at least 21 bytes")
    private int payload = 125;

    @Option(
            names = "--topics",
            paramLabel = "N",
            description = "topics published to in rotation; every client subscribes to all")
    private int topics = 1;

    @Option(names = "--inflight", paramLabel = "N", split = ",", description = "events in flight")
    private List<Integer> inflight = List.of(32, 4, 1);

    @Option(
            names = "--rate",
            paramLabel = "N",
            split = ",",
            description = "fixed number of deliveries per second; measures latency from the due time of each event")
    private List<Double> rates = List.of();

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--subscribers", subscribers);
        Comparison.requireAtLeast(21, "--payload", List.of(payload));
        Comparison.requireAtLeast(1, "--topics", List.of(topics));
        Comparison.requireAtLeast(1, "--inflight", inflight);
        Comparison.requireAtLeast(
                1, "--rate", rates.stream().map(Double::intValue).toList());
        List<Case> cases = new ArrayList<>();
        for (int count : subscribers) {
            for (double rate : rates) {
                String variant = String.format("at %,.0f deliveries per second", rate);
                cases.add(measured(variant, new FanoutLoad.Case(count, payload, topics, 1, rate), LATENCY));
            }
            for (int window : rates.isEmpty() ? inflight : List.<Integer>of()) {
                String variant = window + " in flight";
                cases.add(measured(variant, new FanoutLoad.Case(count, payload, topics, window, 0), SPEED));
            }
        }
        comparison.compare("fan-out", cases);
        return 0;
    }

    private Case measured(String variant, FanoutLoad.Case load, List<String> figures) {
        String label = load.subscribers() + " subscribers, " + payload + " bytes, "
                + (topics == 1 ? "" : topics + " topics in rotation, ") + variant;
        return new Case(label, Mode.FANOUT, figures, (server, target) -> sample(target, load));
    }

    private Sample sample(Target target, FanoutLoad.Case load) throws InterruptedException {
        FanoutLoad.Outcome outcome = FanoutLoad.run(target, load, comparison.span());
        double deliveries = outcome.window().perSecond() / 1e3;
        if (!load.atRate()) {
            return Sample.of(
                    outcome.window(),
                    deliveries,
                    outcome.window().serverMicros(),
                    outcome.window().serverUserMicros());
        }
        Histogram latency = outcome.latency();
        return Sample.of(
                outcome.window(),
                latency.getValueAtPercentile(99) / 1e6,
                latency.getValueAtPercentile(50) / 1e6,
                latency.getMaxValue() / 1e6,
                deliveries,
                outcome.window().serverMicros(),
                outcome.window().serverUserMicros());
    }
}

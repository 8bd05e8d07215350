package dev.sprocket.bench.command;

import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.load.FanoutLoad;
import dev.sprocket.bench.load.StuckLoad;
import dev.sprocket.bench.peer.Mode;
import dev.sprocket.bench.report.Case;
import dev.sprocket.bench.report.Comparison;
import dev.sprocket.bench.report.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sprocket-bench stuck}. */
@Command(
        name = "stuck",
        description = "Measures the latency of subscribers of a topic with a history, with and without another one that"
                + " has stopped reading. It reads again after each measurement, and must receive all events in order.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class StuckCommand implements Callable<Integer> {
    private static final double MB = 1024 * 1024;
    private static final List<String> FIGURES = List.of(
            "99th percentile with / without the stuck reader (less is better)",
            "99th percentile with it, ms (less is better)",
            "99th percentile without it, ms (less is better)",
            "processor time per delivery with / without it (less is better)",
            "MB of resident memory when it is stuck (less is better)",
            "MB of resident memory after the measurement (less is better)",
            "KB that wait for it in the server (less is better)",
            "MB in the log (less is better)");

    @Mixin
    private Comparison comparison = new Comparison();

    @Option(names = "--subscribers", paramLabel = "N", split = ",", description = "number of other subscribers")
    private List<Integer> subscribers = List.of(1000);

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            description = "payload of an event, a string of at least 1,024 bytes")
    private int payload = 1024;

    @Option(names = "--rate", paramLabel = "N", split = ",", description = "fixed number of deliveries per second")
    private List<Double> rates = List.of(50_000.0);

    private boolean stuckFirst;

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--subscribers", subscribers);
        Comparison.requireAtLeast(1024, "--payload", List.of(payload));
        Comparison.requireAtLeast(
                1, "--rate", rates.stream().map(Double::intValue).toList());
        List<Case> cases = new ArrayList<>();
        for (int count : subscribers) {
            for (double rate : rates) {
                FanoutLoad.Case load = new FanoutLoad.Case(count, payload, 1, 1, rate);
                cases.add(new Case(
                        String.format("%d subscribers, %d bytes, at %,.0f deliveries per second", count, payload, rate),
                        Mode.HISTORY,
                        FIGURES,
                        (server, target) -> sample(target, load)));
            }
        }
        comparison.compare("stuck reader", cases);
        return 0;
    }

    private Sample sample(Target target, FanoutLoad.Case load) throws InterruptedException {
        stuckFirst = !stuckFirst;
        StuckLoad.Outcome first = StuckLoad.run(target, load, comparison.span(), stuckFirst);
        StuckLoad.Outcome second = StuckLoad.run(target, load, comparison.span(), !stuckFirst);
        StuckLoad.Outcome with = stuckFirst ? first : second;
        StuckLoad.Outcome without = stuckFirst ? second : first;
        return Sample.of(
                with.window(),
                percentile(with) / percentile(without),
                percentile(with),
                percentile(without),
                with.window().serverMicros() / without.window().serverMicros(),
                with.residentBefore() / MB,
                with.residentAfter() / MB,
                with.pending() / 1024,
                with.log() / MB);
    }

    private static double percentile(StuckLoad.Outcome outcome) {
        return outcome.latency().getValueAtPercentile(99) / 1e6;
    }
}

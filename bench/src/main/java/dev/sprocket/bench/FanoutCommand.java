package dev.sprocket.bench;

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
        description = "One publishes, many are subscribed: deliveries a second, or how late they are at a fixed rate."
                + " Lists make a case of every combination.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class FanoutCommand implements Callable<Integer> {
    private static final List<String> SPEED = List.of("thousand deliveries a second");
    private static final List<String> LATENESS = List.of(
            "99th percentile, ms (less is better)",
            "median, ms (less is better)",
            "maximum, ms (less is better)",
            "thousand deliveries a second");

    @Mixin
    private Rounds plan = new Rounds();

    @Option(names = "--subscribers", paramLabel = "N", split = ",", description = "how many")
    private List<Integer> subscribers = List.of(1000);

    @Option(names = "--payload", paramLabel = "BYTES", description = "of an event, a string; 21 or more")
    private int payload = 125;

    @Option(names = "--topics", paramLabel = "N", description = "published to in turn; all are subscribed to all")
    private int topics = 1;

    @Option(names = "--inflight", paramLabel = "N", split = ",", description = "events under way at a time")
    private List<Integer> inflight = List.of(32, 4, 1);

    @Option(
            names = "--rate",
            paramLabel = "N",
            split = ",",
            description = "deliveries a second, instead of full speed; the time is taken from when an event was due")
    private List<Double> rates = List.of();

    @Override
    public Integer call() throws Exception {
        Rounds.atLeast(1, "--subscribers", subscribers);
        Rounds.atLeast(21, "--payload", List.of(payload));
        Rounds.atLeast(1, "--topics", List.of(topics));
        Rounds.atLeast(1, "--inflight", inflight);
        Rounds.atLeast(1, "--rate", rates.stream().map(Double::intValue).toList());
        List<Case> cases = new ArrayList<>();
        for (int count : subscribers) {
            for (double rate : rates) {
                String how = String.format("at %,.0f deliveries a second", rate);
                cases.add(measured(how, new FanoutLoad.Case(count, payload, topics, 1, rate), LATENESS));
            }
            for (int window : rates.isEmpty() ? inflight : List.<Integer>of()) {
                String how = window + " in flight";
                cases.add(measured(how, new FanoutLoad.Case(count, payload, topics, window, 0), SPEED));
            }
        }
        plan.compare("fan-out", cases);
        return 0;
    }

    private Case measured(String how, FanoutLoad.Case load, List<String> figures) {
        String label = load.subscribers() + " subscribers, " + payload + " bytes, "
                + (topics == 1 ? "" : topics + " topics in turn, ") + how;
        return new Case(label, Mode.FANOUT, figures, (server, target) -> sample(target, load));
    }

    private Sample sample(Target target, FanoutLoad.Case load) throws InterruptedException {
        FanoutLoad.Outcome seen = FanoutLoad.run(target, load, plan.warmUp(), plan.time());
        double deliveries = seen.window().perSecond() / 1e3;
        if (!load.atRate()) {
            return Sample.of(seen.window(), deliveries);
        }
        Histogram latency = seen.latency();
        return Sample.of(
                seen.window(),
                latency.getValueAtPercentile(99) / 1e6,
                latency.getValueAtPercentile(50) / 1e6,
                latency.getMaxValue() / 1e6,
                deliveries);
    }
}

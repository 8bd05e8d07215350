package dev.sprocket.bench.command;

import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.load.RpcLoad;
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

/** {@code sprocket-bench rpc}. */
@Command(
        name = "rpc",
        description = "Measures WAMP v2 calls per second through a router, and their latency. Lists measure every"
                + " combination.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class RpcCommand implements Callable<Integer> {
    @Mixin
    private Comparison comparison = new Comparison();

    @Option(names = "--callers", paramLabel = "N", split = ",", description = "number of callers")
    private List<Integer> callers = List.of(1, 16);

    @Option(names = "--inflight", paramLabel = "N", split = ",", description = "calls in flight per caller")
    private List<Integer> inflight = List.of(1, 8);

    @Option(names = "--payload", paramLabel = "BYTES", description = "length of the argument, a string")
    private int payload = 125;

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--callers", callers);
        Comparison.requireAtLeast(1, "--inflight", inflight);
        Comparison.requireAtLeast(1, "--payload", List.of(payload));
        List<Case> cases = new ArrayList<>();
        for (int count : callers) {
            for (int window : inflight) {
                cases.add(new Case(
                        count + " callers, " + window + " calls in flight per caller, " + payload + " bytes",
                        Mode.RPC,
                        List.of(
                                "thousand calls per second",
                                "median, µs (less is better)",
                                "99th percentile, µs (less is better)"),
                        (server, target) -> sample(target, count, window)));
            }
        }
        comparison.compare("calls", cases);
        return 0;
    }

    private Sample sample(Target target, int count, int window) throws InterruptedException {
        RpcLoad.Outcome outcome = RpcLoad.run(target, count, window, payload, comparison.span());
        return Sample.of(
                outcome.window(),
                outcome.window().perSecond() / 1e3,
                outcome.latency().getValueAtPercentile(50) / 1e3,
                outcome.latency().getValueAtPercentile(99) / 1e3);
    }
}

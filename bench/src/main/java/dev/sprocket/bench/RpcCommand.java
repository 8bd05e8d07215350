package dev.sprocket.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sprocket-bench rpc}. */
@Command(
        name = "rpc",
        description = "Callers, a router and a callee, in WAMP v2: calls a second, and how long they take. Lists make a"
                + " case of every combination.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class RpcCommand implements Callable<Integer> {
    @Mixin
    private Rounds plan = new Rounds();

    @Option(names = "--callers", paramLabel = "N", split = ",", description = "how many")
    private List<Integer> callers = List.of(1, 16);

    @Option(names = "--inflight", paramLabel = "N", split = ",", description = "calls of each under way at a time")
    private List<Integer> inflight = List.of(1, 8);

    @Option(names = "--payload", paramLabel = "BYTES", description = "of the argument, a string")
    private int payload = 125;

    @Override
    public Integer call() throws Exception {
        Rounds.atLeast(1, "--callers", callers);
        Rounds.atLeast(1, "--inflight", inflight);
        Rounds.atLeast(1, "--payload", List.of(payload));
        List<Case> cases = new ArrayList<>();
        for (int count : callers) {
            for (int window : inflight) {
                cases.add(new Case(
                        count + " callers, " + window + " calls of each in flight, " + payload + " bytes",
                        Mode.RPC,
                        List.of(
                                "thousand calls a second",
                                "median, µs (less is better)",
                                "99th percentile, µs (less is better)"),
                        (server, target) -> sample(target, count, window)));
            }
        }
        plan.compare("calls", cases);
        return 0;
    }

    private Sample sample(Target target, int count, int window) throws InterruptedException {
        RpcLoad.Outcome seen = RpcLoad.run(target, count, window, payload, plan.warmUp(), plan.time());
        return Sample.of(
                seen.window(),
                seen.window().perSecond() / 1e3,
                seen.latency().getValueAtPercentile(50) / 1e3,
                seen.latency().getValueAtPercentile(99) / 1e3);
    }
}

package dev.sprocket.bench.command;

import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.load.RecoveryLoad;
import dev.sprocket.bench.peer.Mode;
import dev.sprocket.bench.report.Case;
import dev.sprocket.bench.report.Comparison;
import dev.sprocket.bench.report.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sprocket-bench recovery}. */
@Command(
        name = "recovery",
        description = "Measures clients of WAMP v2 that return at once and receive the events they missed from the log,"
                + " against live fan-out at 32 events in flight in the same run.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class RecoveryCommand implements Callable<Integer> {
    private static final List<String> FIGURES = List.of(
            "thousand recovered events per second / live deliveries per second",
            "thousand recovered events per second",
            "thousand live deliveries per second",
            "processor time of the server per recovered event, µs (less is better)",
            "processor time of the server per live delivery, µs (less is better)",
            "reads of the log per recovery of all clients (less is better)",
            "most KB that waited for one client (less is better)");

    @Mixin
    private Comparison comparison = new Comparison();

    @Option(names = "--clients", paramLabel = "N", split = ",", description = "clients at the same position")
    private List<Integer> clients = List.of(1000);

    @Option(names = "--events", paramLabel = "N", split = ",", description = "events that each client missed")
    private List<Integer> events = List.of(100);

    @Option(
            names = "--positions",
            paramLabel = "N",
            split = ",",
            description = "different positions of the clients, at most as many as events; each misses one event less"
                    + " than the one before")
    private List<Integer> positions = List.of(1);

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            description = "payload of an event, a string of at least 100 bytes")
    private int payload = 125;

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--clients", clients);
        Comparison.requireAtLeast(1, "--positions", positions);
        Comparison.requireAtLeast(Collections.max(positions), "--events", events);
        Comparison.requireAtLeast(100, "--payload", List.of(payload));
        List<Case> cases = new ArrayList<>();
        for (int count : clients) {
            for (int different : positions) {
                for (int missed : events) {
                    RecoveryLoad.Case load = new RecoveryLoad.Case(count, different, missed, payload);
                    cases.add(new Case(
                            count + " clients at " + different + " positions that missed " + missed + " events, "
                                    + payload + " bytes",
                            Mode.HISTORY,
                            FIGURES,
                            (server, target) -> sample(target, load)));
                }
            }
        }
        comparison.compare("recovery", cases);
        return 0;
    }

    private Sample sample(Target target, RecoveryLoad.Case load) throws InterruptedException {
        RecoveryLoad.Outcome outcome = RecoveryLoad.run(target, load, comparison.span());
        double recovered = outcome.recovered().perSecond() / 1e3;
        double live = outcome.live().perSecond() / 1e3;
        return Sample.of(
                outcome.recovered(),
                recovered / live,
                recovered,
                live,
                outcome.recovered().serverMicros(),
                outcome.live().serverMicros(),
                outcome.reads(),
                outcome.pending() / 1024);
    }
}

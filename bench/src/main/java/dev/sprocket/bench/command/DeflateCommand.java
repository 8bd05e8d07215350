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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sprocket-bench deflate}. */
@Command(
        name = "deflate",
        description = "Measures fan-out with permessage-deflate and no context takeover. Clients count messages without"
                + " decompressing them. Sprocket compresses an event once, the others once per subscriber.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class DeflateCommand implements Callable<Integer> {
    private static final List<String> FIGURES =
            List.of("thousand deliveries per second", "processor time of the server per delivery, µs (less is better)");

    @Mixin
    private Comparison comparison = new Comparison();

    @Option(names = "--subscribers", paramLabel = "N", split = ",", description = "number of subscribers")
    private List<Integer> subscribers = List.of(1000);

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            split = ",",
            description = "text of an event; Sprocket compresses messages of at least 1,024 bytes")
    private List<Integer> payloads = List.of(2048);

    @Option(names = "--inflight", paramLabel = "N", split = ",", description = "events in flight")
    private List<Integer> inflight = List.of(4);

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--subscribers", subscribers);
        Comparison.requireAtLeast(1024, "--payload", payloads);
        Comparison.requireAtLeast(1, "--inflight", inflight);
        comparison.useDeflate();
        List<Case> cases = new ArrayList<>();
        for (int count : subscribers) {
            for (int payload : payloads) {
                for (int window : inflight) {
                    FanoutLoad.Case load = new FanoutLoad.Case(count, payload, 1, window, 0);
                    cases.add(new Case(
                            count + " subscribers, " + payload + " bytes, " + window + " in flight",
                            Mode.FANOUT,
                            FIGURES,
                            (server, target) -> sample(target, load)));
                }
            }
        }
        comparison.compare("deflate", cases);
        return 0;
    }

    private Sample sample(Target target, FanoutLoad.Case load) throws InterruptedException {
        FanoutLoad.Outcome outcome = FanoutLoad.run(target, load, comparison.span());
        return Sample.of(
                outcome.window(),
                outcome.window().perSecond() / 1e3,
                outcome.window().serverMicros());
    }
}

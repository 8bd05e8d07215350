package dev.sprocket.bench.command;

import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.load.EchoLoad;
import dev.sprocket.bench.load.Window;
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

/** {@code sprocket-bench echo}. */
@Command(
        name = "echo",
        description = "Measures echoed messages per second. Lists measure every combination.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class EchoCommand implements Callable<Integer> {
    @Mixin
    private Comparison comparison = new Comparison();

    @Option(names = "--connections", paramLabel = "N", split = ",", description = "number of connections")
    private List<Integer> connections = List.of(100);

    @Option(names = "--payload", paramLabel = "BYTES", split = ",", description = "payload of a message")
    private List<Integer> payloads = List.of(125);

    @Option(names = "--pipeline", paramLabel = "N", split = ",", description = "messages in flight per connection")
    private List<Integer> pipelines = List.of(1, 10);

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--connections", connections);
        Comparison.requireAtLeast(1, "--payload", payloads);
        Comparison.requireAtLeast(1, "--pipeline", pipelines);
        List<Case> cases = new ArrayList<>();
        for (int count : connections) {
            for (int payload : payloads) {
                for (int pipeline : pipelines) {
                    cases.add(new Case(
                            count + " connections, " + payload + " bytes, " + pipeline + " in flight",
                            Mode.ECHO,
                            List.of(
                                    "thousand messages per second",
                                    "processor time of the server per message, µs (less is better)"),
                            (server, target) -> sample(target, count, payload, pipeline)));
                }
            }
        }
        comparison.compare("echo", cases);
        return 0;
    }

    private Sample sample(Target target, int count, int payload, int pipeline) throws InterruptedException {
        Window window = EchoLoad.run(target, count, payload, pipeline, comparison.span());
        return Sample.of(window, window.perSecond() / 1e3, window.serverMicros());
    }
}

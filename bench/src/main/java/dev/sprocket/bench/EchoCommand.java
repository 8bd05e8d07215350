package dev.sprocket.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sprocket-bench echo}. */
@Command(
        name = "echo",
        description = "Every message comes back: messages a second. Lists make a case of every combination.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class EchoCommand implements Callable<Integer> {
    @Mixin
    private Rounds plan = new Rounds();

    @Option(names = "--connections", paramLabel = "N", split = ",", description = "how many")
    private List<Integer> connections = List.of(100);

    @Option(names = "--payload", paramLabel = "BYTES", split = ",", description = "of a message")
    private List<Integer> payloads = List.of(125);

    @Option(names = "--pipeline", paramLabel = "N", split = ",", description = "messages of a connection under way")
    private List<Integer> pipelines = List.of(1, 10);

    @Override
    public Integer call() throws Exception {
        Rounds.atLeast(1, "--connections", connections);
        Rounds.atLeast(1, "--payload", payloads);
        Rounds.atLeast(1, "--pipeline", pipelines);
        List<Case> cases = new ArrayList<>();
        for (int count : connections) {
            for (int payload : payloads) {
                for (int pipeline : pipelines) {
                    cases.add(new Case(
                            count + " connections, " + payload + " bytes, " + pipeline + " in flight",
                            Mode.ECHO,
                            List.of("thousand messages a second"),
                            (server, target) -> sample(target, count, payload, pipeline)));
                }
            }
        }
        plan.compare("echo", cases);
        return 0;
    }

    private Sample sample(Target target, int count, int payload, int pipeline) throws InterruptedException {
        Window seen = EchoLoad.run(target, count, payload, pipeline, plan.warmUp(), plan.time());
        return Sample.of(seen, seen.perSecond() / 1e3);
    }
}

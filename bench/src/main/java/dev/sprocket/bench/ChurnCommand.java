package dev.sprocket.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sprocket-bench churn}. */
@Command(
        name = "churn",
        description = "Connect, subscribe, say goodbye: how many a second.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class ChurnCommand implements Callable<Integer> {
    @Mixin
    private Rounds plan = new Rounds();

    @Option(names = "--clients", paramLabel = "N", split = ",", description = "how many at a time")
    private List<Integer> clients = List.of(100);

    @Override
    public Integer call() throws Exception {
        Rounds.atLeast(1, "--clients", clients);
        List<Case> cases = new ArrayList<>();
        for (int count : clients) {
            cases.add(new Case(
                    count + " at a time",
                    Mode.FANOUT,
                    List.of("thousand connections a second"),
                    (server, target) -> sample(target, count)));
        }
        plan.compare("churn", cases);
        return 0;
    }

    private Sample sample(Target target, int count) throws InterruptedException {
        Window seen = ChurnLoad.run(target, count, plan.warmUp(), plan.time());
        return Sample.of(seen, seen.perSecond() / 1e3);
    }
}

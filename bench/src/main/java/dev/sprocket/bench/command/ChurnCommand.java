package dev.sprocket.bench.command;

import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.load.ChurnLoad;
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

/** {@code sprocket-bench churn}. */
@Command(
        name = "churn",
        description = "Measures connections per second that connect, subscribe and close.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class ChurnCommand implements Callable<Integer> {
    @Mixin
    private Comparison comparison = new Comparison();

    @Option(names = "--clients", paramLabel = "N", split = ",", description = "concurrent connections")
    private List<Integer> clients = List.of(100);

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--clients", clients);
        List<Case> cases = new ArrayList<>();
        for (int count : clients) {
            cases.add(new Case(
                    count + " concurrent connections",
                    Mode.FANOUT,
                    List.of("thousand connections per second"),
                    (server, target) -> sample(target, count)));
        }
        comparison.compare("churn", cases);
        return 0;
    }

    private Sample sample(Target target, int count) throws InterruptedException {
        Window window = ChurnLoad.run(target, count, comparison.span());
        return Sample.of(window, window.perSecond() / 1e3);
    }
}

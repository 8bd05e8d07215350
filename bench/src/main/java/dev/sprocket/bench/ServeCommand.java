package dev.sprocket.bench;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sprocket-bench serve}. */
@Command(
        name = "serve",
        description = "Runs one of the servers until it is stopped, to be looked at with a profiler or another client.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class ServeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SERVER", description = "sprocket, or what --vs takes")
    private String name = "sprocket";

    @Option(names = "--mode", description = "${COMPLETION-CANDIDATES}")
    private Mode mode = Mode.FANOUT;

    @Option(names = "--port", paramLabel = "N", description = "0 takes a free one")
    private int port = 9000;

    @Option(names = "--jvm", paramLabel = "OPTION", description = "for its JVM; may be given several times")
    private List<String> jvm = List.of();

    @Override
    public Integer call() throws Exception {
        try (ServerProcess process = ServerProcess.start(Server.named(name), mode, List.of(), jvm, port)) {
            Target target = process.target();
            System.out.println(
                    name + " serves " + mode + " on 127.0.0.1:" + target.port() + ", process " + target.pid());
            process.join();
            return 1;
        }
    }
}

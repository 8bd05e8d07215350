package dev.sprocket.bench.command;

import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.peer.Mode;
import dev.sprocket.bench.peer.Server;
import dev.sprocket.bench.peer.ServerProcess;
import dev.sprocket.bench.peer.Setup;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sprocket-bench serve}. */
@Command(
        name = "serve",
        description = "Runs one server until stopped, for use with a profiler or another client.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class ServeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SERVER", description = "sprocket, or a server of --vs")
    private String name = "sprocket";

    @Option(names = "--mode", description = "${COMPLETION-CANDIDATES}")
    private Mode mode = Mode.FANOUT;

    @Option(names = "--port", paramLabel = "N", description = "port; 0 selects a free port")
    private int port = 9000;

    @Option(names = "--tls", paramLabel = "PROVIDER", description = "TLS: jdk or openssl")
    private @Nullable String tls;

    @Option(names = "--deflate", description = "permessage-deflate")
    private boolean deflate;

    @Option(names = "--history", paramLabel = "N", description = "events that sprocket-log keeps of each topic")
    private int history = 10_000;

    @Option(names = "--jvm", paramLabel = "OPTION", description = "JVM option for the server; repeatable")
    private List<String> jvm = List.of();

    @Override
    public Integer call() throws Exception {
        Setup setup = new Setup(mode, tls == null ? null : Setup.provider(tls), deflate, history);
        try (ServerProcess process = ServerProcess.start(Server.named(name), setup, List.of(), jvm, port)) {
            Target target = process.target();
            System.out.println(
                    name + " serves " + mode + " on 127.0.0.1:" + target.port() + ", process " + target.pid());
            process.join();
            return 1;
        }
    }
}

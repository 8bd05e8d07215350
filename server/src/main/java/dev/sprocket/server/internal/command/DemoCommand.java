package dev.sprocket.server.internal.command;

import dev.sprocket.cluster.redis.RedisEngine;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.server.internal.demo.Demo;
import dev.sprocket.server.internal.demo.LocalRedis;
import dev.sprocket.server.internal.log.QueuedAppender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Command {@code sprocket demo}. */
@Command(
        name = "demo",
        description = "Runs the demo site until Ctrl-C.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true)
public final class DemoCommand implements java.util.concurrent.Callable<Integer> {
    private static final Duration HISTORY_TTL = Duration.ofMinutes(10);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);
    private static final Duration CLOSE_LIMIT = Duration.ofMillis(1500);
    private static final int MAX_NODES = 3;

    @Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "listening address of the page and the chat")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", description = "port of HTTP and WebSocket; 0 selects a free port")
    private int port = 8080;

    @Option(names = "--tcp-port", paramLabel = "N", description = "port of the TCP bridge on 127.0.0.1")
    private int tcpPort = 5556;

    @Option(names = "--zmq-port", paramLabel = "N", description = "port of the ZeroMQ bridge on 127.0.0.1")
    private int zmqPort = 5555;

    @Option(names = "--telnet-port", paramLabel = "N", description = "port of the chat over telnet")
    private int telnetPort = 8023;

    @Option(
            names = "--history",
            paramLabel = "N",
            description = "number of articles that each category keeps for pages that missed them")
    private int history = 100;

    @Option(
            names = "--event-loops",
            paramLabel = "N",
            description = "number of event loop threads; default: one per CPU core",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private int loops = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "number of servers that share their topics over Redis, 1-3; the ports of each are 10 higher "
                    + "than those of the one before")
    private int nodes = 1;

    @Option(
            names = "--redis",
            paramLabel = "URI",
            description = "Redis that connects the nodes, such as redis://localhost; default: a redis-server of "
                    + "the PATH, which the demo starts and stops")
    private @Nullable String redis;

    private TopicSettings history() {
        if (history < 1) {
            throw usage("--history: " + history + " (expected: 1 or more)");
        }
        return TopicSettings.DEFAULT.history(history, HISTORY_TTL);
    }

    private CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private void checkNodes() {
        if (nodes < 1 || nodes > MAX_NODES) {
            throw usage("--nodes: " + nodes + " (expected: 1-" + MAX_NODES + ")");
        }
        if (redis == null) {
            return;
        }
        if (nodes == 1) {
            throw usage("--redis: connects several nodes (add --nodes 2)");
        }
        try {
            var unused = RedisEngine.builder(redis);
        } catch (IllegalArgumentException e) {
            throw usage("--redis: invalid " + e.getMessage());
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkNodes();
        TopicSettings articles = history();
        Optional<Path> program = nodes == 1 || redis != null
                ? Optional.empty()
                : LocalRedis.find(Objects.requireNonNullElse(System.getenv("PATH"), ""));
        if (nodes > 1 && redis == null && program.isEmpty()) {
            CommandLine line = Objects.requireNonNull(spec).commandLine();
            Terminal.print(
                    line.getErr(),
                    "sprocket: no " + LocalRedis.PROGRAM
                            + " on the PATH, which connects the nodes (install the package "
                            + "redis-server or redis, version 6.2 or newer, or set --redis URI)");
            line.getErr().flush();
            return line.getCommandSpec().exitCodeOnInvalidInput();
        }
        LocalRedis local = program.isEmpty() ? null : LocalRedis.start(program.get());
        try {
            run(articles, local);
        } catch (IOException | RuntimeException e) {
            if (local != null) {
                local.close();
            }
            throw e;
        }
        return 0;
    }

    private void run(TopicSettings articles, @Nullable LocalRedis local) throws IOException, InterruptedException {
        Demo one = new Demo(host, new Demo.Ports(port, tcpPort, zmqPort, telnetPort), loops, articles);
        String uri = local == null ? redis : local.uri();
        Demo demo = uri == null ? one : one.nodes(nodes, uri);
        demo.start();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            demo.close(CLOSE_LIMIT);
                            if (local != null) {
                                local.close();
                            }
                            QueuedAppender.flushAll();
                            // exit code 0 after a graceful shutdown, instead of 130 or 143
                            Runtime.getRuntime().halt(0);
                        },
                        "sprocket-stop"));
        IdleCollector.start();
        System.out.println(demo.banner(uri == null ? "" : engine(demo, uri, local)));
        demo.join();
    }

    /** Waits a moment for the nodes to connect, and describes the Redis without its password. */
    private static String engine(Demo demo, String uri, @Nullable LocalRedis local) throws InterruptedException {
        long start = System.nanoTime();
        while (!demo.isConnected() && System.nanoTime() - start < CONNECT_LIMIT.toNanos()) {
            Thread.sleep(20);
        }
        String address = local == null
                ? uri.replaceFirst("//[^/]*@", "//").replaceFirst("\\?.*", "")
                : local.address() + ", started by the demo";
        return demo.isConnected() ? address : address + ", not reached yet";
    }
}

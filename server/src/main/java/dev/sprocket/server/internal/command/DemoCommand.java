package dev.sprocket.server.internal.command;

import dev.sprocket.core.io.EventLoops;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.server.internal.demo.Demo;
import dev.sprocket.server.internal.log.QueuedAppender;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
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

    private TopicSettings history() {
        if (history < 1) {
            throw new CommandLine.ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "--history: " + history + " (expected: 1 or more)");
        }
        return TopicSettings.DEFAULT.history(history, HISTORY_TTL);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Demo demo = new Demo(host, new Demo.Ports(port, tcpPort, zmqPort, telnetPort), history(), EventLoops.of(loops));
        demo.start();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            demo.close(Duration.ofSeconds(5));
                            QueuedAppender.flushAll();
                            // exit code 0 after a graceful shutdown, instead of 130 or 143
                            Runtime.getRuntime().halt(0);
                        },
                        "sprocket-stop"));
        IdleCollector.start();
        System.out.println(demo.banner());
        demo.join();
        return 0;
    }
}

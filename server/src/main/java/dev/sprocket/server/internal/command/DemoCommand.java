package dev.sprocket.server.internal.command;

import dev.sprocket.core.io.EventLoops;
import dev.sprocket.server.internal.demo.Demo;
import dev.sprocket.server.internal.log.QueuedAppender;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command {@code sprocket demo}. */
@Command(
        name = "demo",
        description = "Runs the demo site until Ctrl-C.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true)
public final class DemoCommand implements java.util.concurrent.Callable<Integer> {
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
            names = "--event-loops",
            paramLabel = "N",
            description = "number of event loop threads; default: one per CPU core",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private int loops = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Demo demo = new Demo(host, new Demo.Ports(port, tcpPort, zmqPort, telnetPort), EventLoops.of(loops));
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

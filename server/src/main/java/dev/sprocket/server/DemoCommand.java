package dev.sprocket.server;

import dev.sprocket.core.EventLoops;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sprocket demo}. */
@Command(
        name = "demo",
        description = "Serves the demo site until it is stopped (Ctrl-C).",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true)
final class DemoCommand implements java.util.concurrent.Callable<Integer> {
    @Option(names = "--host", paramLabel = "ADDRESS", description = "where the page and the chat are served")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", description = "HTTP and WebSocket; 0 takes a free one")
    private int port = 8080;

    @Option(names = "--tcp-port", paramLabel = "N", description = "pushes as JSON lines, on 127.0.0.1")
    private int tcpPort = 5556;

    @Option(names = "--zmq-port", paramLabel = "N", description = "pushes by ZeroMQ, on 127.0.0.1")
    private int zmqPort = 5555;

    @Option(names = "--telnet-port", paramLabel = "N", description = "the chat, as lines over TCP")
    private int telnetPort = 8023;

    @Option(
            names = "--loops",
            paramLabel = "N",
            description = "event loops; one for each core unless given",
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
                            Main.flushLog();
                            // the signal was obeyed in good order: not the 130 or 143 of a process that it killed
                            Runtime.getRuntime().halt(0);
                        },
                        "sprocket-stop"));
        System.out.println(demo.banner());
        demo.join();
        return 0;
    }
}

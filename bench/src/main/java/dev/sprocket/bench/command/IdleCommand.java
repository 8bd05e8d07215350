package dev.sprocket.bench.command;

import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.load.IdleLoad;
import dev.sprocket.bench.peer.Mode;
import dev.sprocket.bench.peer.Server;
import dev.sprocket.bench.report.Case;
import dev.sprocket.bench.report.Comparison;
import dev.sprocket.bench.report.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sprocket-bench idle}. */
@Command(
        name = "idle",
        description =
                "Measures resident memory and heap per idle connection. Every sample uses a new process, a garbage"
                        + " collection, and a heap that shrinks.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class IdleCommand implements Callable<Integer> {
    /** Keeps the heap close to the live data, so that resident memory excludes past garbage. */
    private static final List<String> JVM =
            List.of("-Xmx2g", "-Xmn32m", "-XX:+UseSerialGC", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10");

    private static final List<String> FIGURES = List.of(
            "KB of resident memory per connection (less is better)", "KB of heap per connection (less is better)");

    /** Protocol of the connections. */
    enum Protocol {
        websocket(Mode.ECHO, "WebSocket"),
        wamp1(Mode.FANOUT, "one subscription (WAMP v1)");

        private final Mode mode;
        private final String label;

        Protocol(Mode mode, String label) {
            this.mode = mode;
            this.label = label;
        }
    }

    @Mixin
    private Comparison comparison = new Comparison();

    @Option(
            names = "--connections",
            paramLabel = "N",
            split = ",",
            description = "number of connections, 5,000 per address")
    private List<Integer> connections = List.of(19_000);

    @Option(
            names = "--protocol",
            split = ",",
            description = "${COMPLETION-CANDIDATES}; wamp1 includes one subscription")
    private List<Protocol> protocols = List.of(Protocol.websocket, Protocol.wamp1);

    @Option(names = "--settle", paramLabel = "S", description = "seconds to wait before memory is read")
    private int settle = 3;

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--connections", connections);
        List<Case> cases = new ArrayList<>();
        for (int count : connections) {
            for (Protocol protocol : protocols) {
                cases.add(new Case(
                        count + " connections, " + protocol.label,
                        protocol.mode,
                        FIGURES,
                        (server, target) -> sample(server, target, count)));
            }
        }
        comparison.compare("idle", cases, JVM, true);
        return 0;
    }

    private Sample sample(Server server, Target target, int count) throws InterruptedException {
        IdleLoad.Cost cost = IdleLoad.run(target, count, server.isJvm(), Duration.ofSeconds(settle));
        return new Sample(List.of(cost.resident() / 1024, cost.heap() / 1024), -1, -1);
    }
}

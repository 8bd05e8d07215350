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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sprocket-bench idle}. */
@Command(
        name = "idle",
        description =
                "Measures resident memory and heap per idle connection. Every sample uses a new process, a garbage"
                        + " collection, and a heap that shrinks; with --shipped only resident memory, with the"
                        + " options that the program sets, and nothing collected by hand.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class IdleCommand implements Callable<Integer> {
    private static final double MB = 1024 * 1024;

    /** Keeps the heap close to the live data, so that resident memory excludes past garbage. */
    private static final List<String> JVM =
            List.of("-Xmx2g", "-Xmn32m", "-XX:+UseSerialGC", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10");

    private static final String RESIDENT = "KB of resident memory per connection (less is better)";
    private static final List<String> FIGURES = List.of(RESIDENT, "KB of heap per connection (less is better)");
    private static final List<String> SHIPPED_FIGURES = List.of(
            RESIDENT,
            "MB of resident memory before the connections (less is better)",
            "MB of resident memory with the connections (less is better)");
    private static final int SETTLE = 3;
    private static final int SHIPPED_SETTLE = 60;

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

    @Option(
            names = "--settle",
            paramLabel = "S",
            description = "seconds to wait before memory is read; default: 3, or 60 with --shipped")
    private @Nullable Integer settle;

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--connections", connections);
        List<Case> cases = new ArrayList<>();
        for (int count : connections) {
            for (Protocol protocol : comparison.isShipped() ? List.of(Protocol.wamp1) : protocols) {
                cases.add(new Case(
                        count + " connections, " + protocol.label,
                        protocol.mode,
                        comparison.isShipped() ? SHIPPED_FIGURES : FIGURES,
                        (server, target) -> sample(server, target, count)));
            }
        }
        comparison.compare("idle", cases, comparison.isShipped() ? List.of() : JVM, true);
        return 0;
    }

    private Sample sample(Server server, Target target, int count) throws InterruptedException {
        if (!comparison.isShipped()) {
            IdleLoad.Cost cost = IdleLoad.run(target, count, server.isJvm(), settle(SETTLE));
            return new Sample(List.of(cost.resident() / 1024, cost.heap() / 1024), -1, -1);
        }
        IdleLoad.Cost cost = IdleLoad.run(target, count, false, settle(SHIPPED_SETTLE));
        double before = cost.residentBefore() / MB;
        return new Sample(List.of(cost.resident() / 1024, before, before + cost.resident() * count / MB), -1, -1);
    }

    private Duration settle(int defaultSeconds) {
        return Duration.ofSeconds(settle == null ? defaultSeconds : settle);
    }
}

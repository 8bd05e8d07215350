package dev.sprocket.bench.command;

import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.load.HandshakeLoad;
import dev.sprocket.bench.peer.Mode;
import dev.sprocket.bench.report.Case;
import dev.sprocket.bench.report.Comparison;
import dev.sprocket.bench.report.Sample;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sprocket-bench handshakes}. */
@Command(
        name = "handshakes",
        description = "Measures TLS connections per second of processor time, with full handshakes (EC P-256) and with"
                + " resumed sessions. Includes the upgrade to a WebSocket.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class HandshakesCommand implements Callable<Integer> {
    private static final List<String> FIGURES = List.of(
            "handshakes per second of the server's processor time",
            "handshakes per second, limited by server or load",
            "percent of sessions resumed");

    @Mixin
    private Comparison comparison = new Comparison();

    @Option(names = "--clients", paramLabel = "N", description = "concurrent clients")
    private int clients = 4;

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--clients", List.of(clients));
        comparison.defaultTls("openssl");
        comparison.compare(
                "handshakes",
                List.of(
                        new Case("full", Mode.ECHO, FIGURES, (server, target) -> sample(target, false)),
                        new Case("resumed", Mode.ECHO, FIGURES, (server, target) -> sample(target, true))));
        return 0;
    }

    private Sample sample(Target target, boolean resume) throws InterruptedException {
        HandshakeLoad.Outcome outcome =
                HandshakeLoad.run(target, clients, resume, comparison.warmUp(), comparison.time());
        double perSecond = outcome.window().perSecond();
        return Sample.of(
                outcome.window(), perSecond / outcome.window().serverCpu(), perSecond, outcome.resumed() * 100);
    }
}

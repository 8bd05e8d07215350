package dev.sprocket.bench.report;

import dev.sprocket.bench.load.Span;
import dev.sprocket.bench.peer.Bun;
import dev.sprocket.bench.peer.Mode;
import dev.sprocket.bench.peer.Server;
import dev.sprocket.bench.peer.ServerProcess;
import dev.sprocket.bench.peer.Setup;
import dev.sprocket.bench.peer.ShippedServer;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of all comparisons. Measures the servers alternately, round by round. */
public final class Comparison {
    @Option(
            names = "--vs",
            paramLabel = "SERVER",
            split = ",",
            description = "servers to compare with, or \"all\": netty, netty-shared, uws, vertx, undertow, jetty,"
                    + " java-websocket, spring, netty-socketio; fanout also sprocket-log, sprocket-wamp2,"
                    + " sprocket-msgpack, sprocket-cbor; rpc only jawampa")
    private List<String> vs = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "number of measurements per server")
    private int rounds = 5;

    @Option(names = "--seconds", paramLabel = "S", description = "seconds per measurement")
    private double seconds = 4;

    @Option(
            names = {"--operations", "--deliveries"},
            paramLabel = "N",
            description = "deliveries, echoes or calls per measurement, instead of --seconds; compares processor"
                    + " time for a fixed number")
    private long operations;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            description = "seconds of warm-up before each measurement; longer the first time")
    private double warmUp = 1.5;

    @Option(names = "--pin", description = "server on the first core, load on the others (taskset)")
    private boolean pin;

    @Option(
            names = "--tls",
            paramLabel = "PROVIDER",
            description = "measures TLS instead of plain TCP: jdk or openssl; servers: netty, netty-shared, uws"
                    + " (always BoringSSL), vertx")
    private @Nullable String tls;

    @Option(
            names = "--shipped",
            paramLabel = "PROGRAM",
            arity = "0..1",
            fallbackValue = "",
            description = "starts Sprocket by its program (default: of this checkout) and a configuration file, and"
                    + " other JVMs without options")
    private @Nullable String shipped;

    @Option(
            names = "--history",
            paramLabel = "N",
            description = "events that sprocket-log, recovery and stuck keep of each topic")
    private int history = 10_000;

    @Option(names = "--jvm", paramLabel = "OPTION", description = "JVM option for the servers; repeatable")
    private List<String> jvm = List.of();

    private final Set<String> reported = new HashSet<>();
    private final Map<Server, ServerProcess> running = new EnumMap<>(Server.class);

    private boolean deflate;

    /** Compares servers and clients with permessage-deflate. */
    public void useDeflate() {
        deflate = true;
    }

    /** Reports whether Sprocket is started by its program, as it is shipped. */
    public boolean isShipped() {
        return shipped != null;
    }

    /** Uses TLS of a provider unless another one was chosen. */
    public void defaultTls(String provider) {
        tls = tls == null ? provider : tls;
    }

    private Setup setup(Mode mode) {
        return new Setup(mode, tls == null ? null : Setup.provider(tls), deflate, history);
    }

    /** Returns the length of a measurement. */
    public Span span() {
        return new Span(warmUp(), time(), operations);
    }

    public Duration time() {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    public Duration warmUp() {
        return Duration.ofNanos((long) (warmUp * 1e9));
    }

    /** Throws {@link IllegalArgumentException} if a value of an option is less than the minimum. */
    public static void requireAtLeast(int minimum, String option, List<Integer> values) {
        for (int value : values) {
            if (value < minimum) {
                throw new IllegalArgumentException(option + ": " + value + " (expected: >= " + minimum + ")");
            }
        }
    }

    /** Compares servers that run for all rounds. A JVM needs time to reach full speed. */
    public void compare(String title, List<Case> cases) throws IOException, InterruptedException {
        compare(title, cases, isShipped() ? List.of() : List.of("-Xmx2g"), false);
    }

    /**
     * Compares servers.
     *
     * @param fresh whether to start a new server for every sample
     */
    public void compare(String title, List<Case> cases, List<String> defaults, boolean fresh)
            throws IOException, InterruptedException {
        requireAtLeast(1, "--rounds", List.of(rounds));
        requireAtLeast(1, "--history", List.of(history));
        List<String> options = new ArrayList<>(defaults);
        options.addAll(jvm);
        servers(cases.get(0).mode());
        PrintStream out = System.out;
        out.println(title);
        out.println(Machine.describe());
        if (isShipped()) {
            out.println("Sprocket as shipped, other JVMs without options");
        }
        if (tls != null) {
            out.println("TLS by " + Setup.provider(tls));
        }
        out.println("median of " + rounds + " rounds; ratio: sprocket / other server; CPU: percent of one core");
        if (pin) {
            pinLoad();
        }
        try {
            for (Case measured : cases) {
                out.print(ResultTable.table(measured, samples(measured, options, fresh)));
            }
        } finally {
            running.values().forEach(ServerProcess::close);
        }
    }

    private Map<Server, List<Sample>> samples(Case measured, List<String> options, boolean fresh)
            throws IOException, InterruptedException {
        Map<Server, List<Sample>> samples = new LinkedHashMap<>();
        for (Server server : servers(measured.mode())) {
            samples.put(server, new ArrayList<>());
        }
        for (int round = 1; round <= rounds; round++) {
            List<Map.Entry<Server, List<Sample>>> order = new ArrayList<>(samples.entrySet());
            if (round % 2 == 0) {
                // reverse the order in every second round, so that drift affects all servers alike
                Collections.reverse(order);
            }
            for (Map.Entry<Server, List<Sample>> next : order) {
                Server server = next.getKey();
                String where = measured.label() + ", round " + round + ", " + server + ": ";
                try {
                    Sample sample = sample(server, measured, options, fresh);
                    next.getValue().add(sample);
                    System.err.println(where + sample.figures());
                } catch (IllegalStateException e) {
                    System.err.println(where + e.getMessage());
                    stop(server);
                }
            }
        }
        return samples;
    }

    private Sample sample(Server server, Case measured, List<String> options, boolean fresh)
            throws IOException, InterruptedException {
        ServerProcess process = running.get(server);
        if (process == null) {
            Setup setup = setup(measured.mode());
            process = shipped != null && server.isSprocket()
                    ? ServerProcess.startShipped(server, ShippedServer.program(shipped), setup, fresh ? 0 : 1, prefix())
                    : ServerProcess.start(server, setup, prefix(), options, 0);
            running.put(server, process);
            if (!fresh) {
                measured.measurement().take(server, process.target());
            }
        }
        Sample sample = measured.measurement().take(server, process.target());
        if (fresh) {
            stop(server);
        }
        return sample;
    }

    private void stop(Server server) {
        ServerProcess process = running.remove(server);
        if (process != null) {
            process.close();
        }
    }

    /** Returns Sprocket and the available servers. Reports and skips missing servers. */
    private List<Server> servers(Mode mode) {
        List<Server> all = new ArrayList<>();
        all.add(Server.SPROCKET);
        List<Server> others = vs.contains("all")
                ? List.of(Server.values())
                : vs.stream().map(Server::named).toList();
        for (Server server : others) {
            Optional<String> obstacle = server.unavailableReason(setup(mode));
            if (obstacle.isPresent()) {
                String skipped = server + " skipped: " + obstacle.get();
                if (reported.add(skipped)) {
                    System.err.println(skipped);
                }
            } else if (!all.contains(server)) {
                all.add(server);
            }
        }
        return all;
    }

    private List<String> prefix() {
        return pin ? List.of("taskset", "-c", "0") : List.of();
    }

    private static void pinLoad() throws IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        if (cores < 2 || Bun.onPath("taskset").isEmpty()) {
            throw new IllegalStateException("--pin: " + cores + " cores (expected: 2 or more, and taskset)");
        }
        String others = "1-" + (cores - 1);
        String own = "" + ProcessHandle.current().pid();
        new ProcessBuilder("taskset", "-a", "-p", "-c", others, own)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}

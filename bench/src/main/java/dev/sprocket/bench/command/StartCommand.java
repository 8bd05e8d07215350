package dev.sprocket.bench.command;

import dev.sprocket.bench.load.StartLoad;
import dev.sprocket.bench.peer.ShippedServer;
import dev.sprocket.bench.report.Comparison;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sprocket-bench start}. */
@Command(
        name = "start",
        description = "Measures the time from the start of the program to its first HTTP response, and the resident"
                + " memory then and later. Java and options alternate round by round.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class StartCommand implements Callable<Integer> {
    private static final String ROW = "%-14s%-10s%8s%14s%8s%10s%10s%n";

    /** Options of the JVM, and state of the start cache. */
    enum Options {
        /** Options of the launcher, with its cache. */
        warm,
        /** Options of the launcher; the start makes the cache. */
        cold,
        /** Options of the launcher without a cache. */
        uncached,
        /** No options. */
        none
    }

    @Option(names = "--java", paramLabel = "HOME", split = ",", description = "JAVA_HOME folders to compare")
    private List<Path> homes = List.of(Path.of(System.getProperty("java.home")));

    @Option(
            names = "--options",
            split = ",",
            description = "${COMPLETION-CANDIDATES}; the first three use the options of the launcher")
    private List<Options> options = List.of(Options.values());

    @Option(names = "--rounds", paramLabel = "N", description = "starts of each kind")
    private int rounds = 5;

    @Option(names = "--idle", paramLabel = "S", description = "seconds between the response and the second reading")
    private int idle = 30;

    /** One line of the table. */
    private record Kind(Path home, Options options) {}

    @Override
    public Integer call() throws Exception {
        Comparison.requireAtLeast(1, "--rounds", List.of(rounds));
        Path program = ShippedServer.program()
                .orElseThrow(() -> new IllegalStateException("no ./sprocket (expected: a checkout)"));
        build(program);
        Path work = Files.createTempDirectory("sprocket-bench-start");
        Map<Kind, List<StartLoad.Outcome>> outcomes = new LinkedHashMap<>();
        try {
            for (int round = 0; round <= rounds; round++) {
                for (Path home : homes) {
                    for (Options one : options) {
                        StartLoad.Outcome outcome = start(program, new Kind(home, one), work);
                        // the first round fills caches
                        if (round > 0) {
                            outcomes.computeIfAbsent(new Kind(home, one), any -> new ArrayList<>())
                                    .add(outcome);
                        }
                    }
                }
            }
        } finally {
            delete(work);
        }
        System.out.print(table(outcomes));
        return 0;
    }

    private static void build(Path program) throws IOException, InterruptedException {
        Process build = new ProcessBuilder(program.toString(), "--version")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        build.getInputStream().readAllBytes();
        if (build.waitFor() != 0) {
            throw new IllegalStateException("./sprocket --version failed");
        }
    }

    private StartLoad.Outcome start(Path program, Kind kind, Path work) throws IOException, InterruptedException {
        int port = freePort();
        Path site = Files.writeString(
                work.resolve("site.conf"),
                "topics { \"*\" { subscribe = anyone } }\nlisteners.web { address = \"127.0.0.1:" + port
                        + "\", routes = ["
                        + "{ path = /ws, layers = [origin-check, ws, wamp], component = pubsub }] }\n");
        Path checkout = program.resolveSibling(".");
        String jar = checkout.resolve("server/target/sprocket.jar").normalize().toString();
        Path cache = work.resolve("cache");
        if (kind.options == Options.cold) {
            cache = work.resolve("cold");
            delete(cache);
        }
        List<String> command = kind.options == Options.none
                ? List.of(kind.home.resolve("bin/java").toString(), "-jar", jar, "serve", "-c", site.toString())
                : List.of(
                        "/bin/sh",
                        "-c",
                        "set -eu; jar=$1 launch=$2; shift 2; . \"$launch\"",
                        "sprocket",
                        jar,
                        checkout.resolve("server/src/main/sh/launch.sh")
                                .normalize()
                                .toString(),
                        "serve",
                        "-c",
                        site.toString());
        Map<String, String> environment = Map.of(
                "JAVA_HOME",
                kind.home.toString(),
                "SPROCKET_CACHE",
                kind.options == Options.uncached ? "off" : cache.toString());
        return StartLoad.run(command, environment, port, Duration.ofSeconds(idle), work.resolve("log"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }

    private String table(Map<Kind, List<StartLoad.Outcome>> outcomes) throws IOException {
        StringBuilder out = new StringBuilder(
                String.format(ROW, "Java", "options", "start s", "range", "CPU s", "MB then", "MB " + idle + " s"));
        for (Map.Entry<Kind, List<StartLoad.Outcome>> entry : outcomes.entrySet()) {
            List<StartLoad.Outcome> all = entry.getValue();
            List<Double> seconds =
                    all.stream().map(StartLoad.Outcome::seconds).sorted().toList();
            out.append(String.format(
                    Locale.ROOT,
                    ROW,
                    version(entry.getKey().home),
                    entry.getKey().options,
                    number("%.2f", median(all, StartLoad.Outcome::seconds)),
                    number("%.2f", seconds.get(0)) + "-" + number("%.2f", seconds.get(seconds.size() - 1)),
                    number("%.2f", median(all, StartLoad.Outcome::cpu)),
                    number("%.0f", median(all, StartLoad.Outcome::resident) / 1e6),
                    number("%.0f", median(all, StartLoad.Outcome::idle) / 1e6)));
        }
        return out.toString();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static double median(List<StartLoad.Outcome> all, ToDoubleFunction<StartLoad.Outcome> figure) {
        double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static String version(Path home) throws IOException {
        Path release = home.resolve("release");
        if (Files.isReadable(release)) {
            for (String line : Files.readAllLines(release)) {
                if (line.startsWith("JAVA_VERSION=")) {
                    return line.substring(line.indexOf('=') + 1).replace("\"", "");
                }
            }
        }
        return String.valueOf(home.getFileName());
    }
}

package dev.sprocket.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Sprocket as it is shipped: its program, which sets the JVM options. */
public final class ShippedServer {
    private ShippedServer() {}

    /** Returns the program of the checkout that contains the benchmarks; empty if there is none. */
    public static Optional<Path> program() throws IOException {
        Path checkout =
                WorkFolder.folder("shipped").toAbsolutePath().normalize().resolve("../../..");
        return Optional.of(checkout.resolve("sprocket").normalize()).filter(Files::isExecutable);
    }

    /** Returns the program of a path, or of this checkout if the path is empty. */
    public static Path program(String path) throws IOException {
        return path.isEmpty()
                ? program()
                        .orElseThrow(
                                () -> new IllegalStateException("--shipped: no checkout (expected: --shipped=PROGRAM)"))
                : Path.of(path);
    }

    /** Returns the command that serves a configuration file. */
    static List<String> command(Path program, Path file) {
        return List.of(program.toString(), "serve", "-c", file.toString());
    }

    /**
     * Returns a configuration that serves WAMP or echoes on a port.
     *
     * @param loops number of event loops; 0 for the default
     */
    static String configuration(int port, Setup setup, int loops) throws IOException, InterruptedException {
        String tls = "";
        if (setup.tls() != null) {
            Path folder = ServerCertificate.folder();
            tls = "  tls { certificate = \"" + ServerCertificate.certificate(folder) + "\", key = \""
                    + ServerCertificate.key(folder) + "\", provider = " + setup.tls() + " }\n";
        }
        String ws = setup.deflate() ? "{ ws { compression = on } }" : "ws";
        String history = setup.history() == 0 ? "" : ", history { size = " + setup.history() + " }";
        String route = setup.mode() == Mode.ECHO
                ? "layers = [" + ws + "], component = echo"
                : "layers = [" + ws + ", wamp], component = pubsub";
        return (loops == 0 ? "" : "event-loops = " + loops + "\n")
                + "topics { \"*\" { subscribe = anyone, publish = anyone" + history
                + " } }\nlisteners.web {\n  address = \"127.0.0.1:"
                + port + "\"\n" + tls + "  routes = [{ path = /, " + route + " }]\n}\n";
    }
}

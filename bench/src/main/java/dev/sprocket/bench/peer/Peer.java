package dev.sprocket.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Server under test in a separate process, on 127.0.0.1 with one event loop. */
interface Peer {
    /** Starts the server, which runs until the process ends. */
    void start(int port, Mode mode) throws Exception;

    /** Arguments of a server's process. */
    final class Arguments {
        @Option(names = "--port", required = true)
        private int port;

        @Option(names = "--mode", required = true)
        private Mode mode = Mode.ECHO;

        @Option(names = "--tls")
        private @Nullable String tls;

        /** Folder with {@code cert.pem} and {@code key.pem}. */
        @Option(names = "--certificate")
        Path certificate = Path.of("");

        @Option(names = "--deflate")
        private boolean deflate;

        @Option(names = "--history")
        private int history;

        int port() {
            return port;
        }

        Setup setup() {
            return new Setup(mode, tls == null ? null : Setup.provider(tls), deflate, history);
        }
    }

    /** Starts the server with TLS, compression or a history; servers without support ignore them. */
    default void start(Arguments arguments) throws Exception {
        start(arguments.port(), arguments.setup().mode());
    }

    /**
     * Runs a peer's {@code main}.
     *
     * <p>Takes the arguments of {@link Setup#arguments}, and exits when standard input ends.
     */
    static void main(Peer peer, String[] args) throws Exception {
        Arguments arguments = new Arguments();
        new CommandLine(arguments).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
        peer.start(arguments);
        awaitEndOfInput();
        Runtime.getRuntime().halt(0);
    }

    private static void awaitEndOfInput() throws IOException {
        int read;
        do {
            read = System.in.read();
        } while (read >= 0);
    }
}

package dev.sprocket.bench.peer;

import java.io.IOException;
import java.util.Locale;

/** Server under test in a separate process, on 127.0.0.1 with one event loop. */
interface Peer {
    /** Starts the server, which runs until the process ends. */
    void start(int port, Mode mode) throws Exception;

    /**
     * Runs a peer's {@code main}.
     *
     * <p>Takes {@code --port N --mode echo|fanout|rpc}, and exits when standard input ends.
     */
    static void main(Peer peer, String[] args) throws Exception {
        if (args.length != 4 || !args[0].equals("--port") || !args[2].equals("--mode")) {
            System.err.println(String.join(" ", args) + " (expected: --port N --mode echo|fanout|rpc)");
            System.exit(2);
        }
        peer.start(Integer.parseInt(args[1]), Mode.valueOf(args[3].toUpperCase(Locale.ROOT)));
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

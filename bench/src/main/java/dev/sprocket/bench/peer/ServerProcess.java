package dev.sprocket.bench.peer;

import dev.sprocket.bench.client.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Server in a separate process that ends with this process. Not thread-safe. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Process process;
    private final Target target;

    private ServerProcess(Process process, Target target) {
        this.process = process;
        this.target = target;
    }

    /**
     * Starts a server and waits until it accepts connections.
     *
     * @param prefix command prefix, such as {@code taskset -c 0}
     * @param port port of the server; 0 selects a free port
     */
    public static ServerProcess start(
            Server server, Setup setup, List<String> prefix, List<String> jvmOptions, int port)
            throws IOException, InterruptedException {
        int chosen = port == 0 ? freePort() : port;
        List<String> command = new ArrayList<>(prefix);
        command.addAll(server.command(jvmOptions));
        command.addAll(server.applicable(setup).arguments(chosen));
        return start(server, setup, command, chosen);
    }

    /** Starts Sprocket {@linkplain ShippedServer as it is shipped}. */
    public static ServerProcess startShipped(Server server, Path program, Setup setup, int loops, List<String> prefix)
            throws IOException, InterruptedException {
        int port = freePort();
        List<String> command = new ArrayList<>(prefix);
        Path file = WorkFolder.folder("shipped").toAbsolutePath().resolve(server + ".conf");
        Files.writeString(file, ShippedServer.configuration(port, server.applicable(setup), loops));
        command.addAll(ShippedServer.command(program, file));
        return start(server, setup, command, port);
    }

    private static ServerProcess start(Server server, Setup setup, List<String> command, int chosen)
            throws IOException, InterruptedException {
        Path log = WorkFolder.folder("logs").resolve(server + "-" + setup.mode() + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ServerProcess started = new ServerProcess(
                process,
                Target.of(chosen, process.pid(), server.protocol(setup.mode()))
                        .withTls(setup.tls() != null)
                        .withDeflate(setup.deflate()));
        if (!started.isReachable()) {
            started.close();
            List<String> lines = Files.readAllLines(log);
            throw new IllegalStateException(server + " failed to start: "
                    + String.join("\n", lines.subList(0, Math.min(8, lines.size()))) + " (complete log: " + log + ")");
        }
        return started;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isReachable() throws InterruptedException {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (process.isAlive() && System.nanoTime() < end) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", target.port()), 1000);
                return true;
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        return false;
    }

    public Target target() {
        return target;
    }

    /** Waits until the process ends. */
    public void join() throws InterruptedException {
        process.waitFor();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (process.waitFor(1, TimeUnit.SECONDS)) {
                return;
            }
            process.destroy();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException gone) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

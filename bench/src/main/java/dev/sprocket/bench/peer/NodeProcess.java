package dev.sprocket.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@link NodePeer} in a process that ends with this one. Not thread-safe. */
public final class NodeProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;
    private final int port;

    private NodeProcess(Process process, int port) {
        this.process = process;
        this.port = port;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts a node and waits until it is ready.
     *
     * @param redis URI of Redis; null for a single server
     * @param history number of events that each topic keeps; 0 for none
     */
    public static NodeProcess start(String name, @Nullable String redis, int history) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                NodePeer.class.getName(),
                "--name=" + name,
                "--port=" + port,
                "--history=" + history));
        if (redis != null) {
            command.add("--redis=" + redis);
        }
        String profiler = System.getProperty("sprocket.bench.agent." + name);
        if (profiler != null) {
            command.add(1, "-agentpath:" + profiler);
        }
        Process process = new ProcessBuilder(command)
                .redirectError(WorkFolder.folder("logs").resolve(name + ".log").toFile())
                .start();
        NodeProcess started = new NodeProcess(process, port);
        started.await(name);
        return started;
    }

    private String await(String command) throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith("= ")) {
                return line.substring(2);
            }
        }
        throw new IllegalStateException("node has ended: " + command + " (logs: bench/target/logs)");
    }

    /** Sends a command, and returns its answer. */
    public String ask(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        return await(command);
    }

    /** Sends a command that answers numbers. */
    public long[] numbers(String command) throws IOException {
        return java.util.Arrays.stream(ask(command).split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    /** Waits until the subscriber has received a number of events; returns false after 60 s. */
    public boolean awaitReceived(long count) throws IOException, InterruptedException {
        for (int i = 0; i < 6000; i++) {
            if (numbers("received")[0] >= count) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return false;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        try {
            commands.close(); // the node ends
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException gone) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

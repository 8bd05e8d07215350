package dev.sprocket.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Start of a program until it has answered an HTTP request. */
public final class StartLoad {
    private static final Duration TIMEOUT = Duration.ofSeconds(120);
    private static final byte[] REQUEST =
            "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private StartLoad() {}

    /**
     * Result of one start.
     *
     * @param seconds time from the start of the process to the first response
     * @param cpu processor time of the process until then, without that of a process that makes a cache
     * @param resident resident bytes then
     * @param idle resident bytes later
     */
    public record Outcome(double seconds, double cpu, double resident, double idle) {}

    /**
     * Starts a program, requests {@code /health} until there is a response, waits and stops the program.
     *
     * @param environment added to the variables of this process
     * @param port port on which the program listens
     * @param log file for the output
     */
    public static Outcome run(List<String> command, Map<String, String> environment, int port, Duration wait, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        long begin = System.nanoTime();
        Process process = builder.start();
        try {
            while (!isAnswered(port)) {
                if (!process.isAlive() || System.nanoTime() - begin > TIMEOUT.toNanos()) {
                    throw new IllegalStateException("program failed to start: " + Files.readString(log));
                }
                TimeUnit.MILLISECONDS.sleep(2);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            ProcessStats stats = new ProcessStats(process.pid());
            double cpu = stats.cpu().total();
            long resident = stats.residentBytes();
            TimeUnit.NANOSECONDS.sleep(wait.toNanos());
            return new Outcome(seconds, cpu, resident, stats.residentBytes());
        } finally {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static boolean isAnswered(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(REQUEST);
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(12), StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException notYet) {
            return false;
        }
    }
}

package dev.sprocket.bench.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Redis of the {@code PATH} without persistence, on a free port. Not thread-safe. */
public final class RedisProcess implements AutoCloseable {
    private static final int ATTEMPTS = 1000;

    private final String program;
    private final int port;
    private Process process;

    private RedisProcess(String program, int port) throws IOException, InterruptedException {
        this.program = program;
        this.port = port;
        this.process = launch();
    }

    /**
     * Starts a Redis and waits until it answers.
     *
     * @throws IllegalStateException if there is no {@code redis-server}, or it does not answer
     */
    public static RedisProcess start() throws IOException, InterruptedException {
        String program = Bun.onPath("redis-server")
                .orElseThrow(() -> new IllegalStateException(
                        "redis-server is not on the PATH (install it, for example: apt-get install redis-server)"))
                .toString();
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = socket.getLocalPort();
            socket.close();
            return new RedisProcess(program, port);
        }
    }

    private Process launch() throws IOException, InterruptedException {
        Process launched = new ProcessBuilder(
                        program, "--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
                .redirectErrorStream(true)
                .redirectOutput(WorkFolder.folder("logs").resolve("redis.log").toFile())
                .start();
        for (int i = 0; i < ATTEMPTS && launched.isAlive(); i++) {
            try {
                if (command(List.of("PING")).startsWith("+PONG")) {
                    return launched;
                }
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
        launched.destroyForcibly();
        throw new IllegalStateException("redis-server does not answer (log: bench/target/logs/redis.log)");
    }

    /** Sends a command, and returns the beginning of its answer. */
    public String command(List<String> words) throws IOException {
        StringBuilder request = new StringBuilder("*" + words.size() + "\r\n");
        words.forEach(word -> request.append("$" + word.length() + "\r\n" + word + "\r\n"));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[64];
            int length = Math.max(0, socket.getInputStream().read(answer));
            return new String(answer, 0, length, StandardCharsets.US_ASCII);
        }
    }

    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    public long pid() {
        return process.pid();
    }

    /** Kills the server, and starts an empty one on the same port. */
    public void killAndRestart() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        process = launch();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

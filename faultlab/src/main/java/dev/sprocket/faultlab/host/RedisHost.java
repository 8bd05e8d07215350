package dev.sprocket.faultlab.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@code redis-server}, or a Sentinel, on a host. Not thread-safe. */
public final class RedisHost implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 5000;

    private final String name;
    private final String address;
    private final int port;
    private final Path folder;
    private final List<String> prefix;
    private final List<String> options;
    private @Nullable Child process;

    /**
     * Creates a server that does not run yet.
     *
     * @param options arguments of {@code redis-server}
     */
    public RedisHost(String name, Network network, String host, int port, Path folder, String... options) {
        this.name = name;
        this.address = network.address(host);
        this.port = port;
        this.folder = folder;
        this.prefix = network.on(host);
        this.options = List.of(options);
    }

    public String address() {
        return address;
    }

    public int port() {
        return port;
    }

    /** Returns the folder of its dump and its log. */
    public Path folder() {
        return folder;
    }

    /** Starts the server, and waits until it answers. */
    public void start(String... more) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(prefix);
        command.add("redis-server");
        command.addAll(List.of("--port", Integer.toString(port), "--bind", address, "--protected-mode", "no"));
        command.addAll(List.of("--dir", folder.toString(), "--save", ""));
        command.addAll(options);
        command.addAll(List.of(more));
        process = Child.start(name, folder.resolve("redis.log"), Map.of(), command);
        awaitAnswer();
    }

    /** Starts a Sentinel, which watches one primary. */
    public void startSentinel(RedisHost primary) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path file = folder.resolve("sentinel.conf");
        Files.writeString(
                file,
                """
                port %d
                bind %s
                protected-mode no
                dir %s
                sentinel monitor main %s %d 1
                sentinel down-after-milliseconds main 1000
                sentinel failover-timeout main 5000
                """
                        .formatted(port, address, folder, primary.address, primary.port));
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("redis-server", file.toString(), "--sentinel"));
        process = Child.start(name, folder.resolve("redis.log"), Map.of(), command);
        awaitAnswer();
    }

    private void awaitAnswer() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            Child started = process();
            if (!started.isAlive()) {
                throw new IllegalStateException(name + " ended, see " + folder.resolve("redis.log"));
            }
            try {
                if (command("PING").startsWith("+PONG")) {
                    return;
                }
            } catch (UncheckedIOException e) {
                // not yet
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException(name + " does not answer");
    }

    /** Returns the process. */
    public Child process() {
        if (process == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return process;
    }

    /** Sends one command, and returns the first 64 KiB of its raw answer. */
    public String command(String... words) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                request.append('$')
                        .append(word.getBytes(StandardCharsets.UTF_8).length)
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[64 << 10];
            int size = 0;
            do {
                int read = socket.getInputStream().read(answer, size, answer.length - size);
                if (read < 0) {
                    break;
                }
                size += read;
                Thread.sleep(5); // the rest of the answer
            } while (socket.getInputStream().available() > 0 && size < answer.length);
            return new String(answer, 0, size, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Kills the server. Its files stay. */
    public void kill() throws InterruptedException {
        process().kill();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}

package dev.sprocket.server.internal.demo;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Redis that the demo starts, on a free port of 127.0.0.1.
 *
 * <p>It stores nothing, and ends with this process, also after {@code kill -9}: a shell waits for the end of its
 * standard input, which is a pipe of this process, and then ends Redis and removes its folder.
 */
@ThreadSafe
public final class LocalRedis implements AutoCloseable {
    /** Name of the program. */
    public static final String PROGRAM = "redis-server";

    private static final int ATTEMPTS = 3;
    private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Arguments: program, folder. A new session keeps Ctrl-C from Redis, which ends after the nodes. */
    private static final String WATCHER =
            """
            trap '' INT HUP TERM
            exec 3<&0
            own_session=$(command -v setsid)
            $own_session "$1" "$2/redis.conf" > "$2/redis.log" 2>&1 < /dev/null 3<&- &
            redis=$!
            { read -r end <&3; kill "$redis"; } 2> /dev/null &
            reader=$!
            exec 3<&-
            while kill -0 "$redis" 2> /dev/null; do wait "$redis"; done
            kill -KILL "$reader" 2> /dev/null
            tail -n 1 "$2/redis.log"
            rm -f "$2/redis.conf" "$2/redis.log"
            rmdir "$2"
            """;

    private final Process watcher;
    private final String password;
    private final int port;

    private LocalRedis(Process watcher, String password, int port) {
        this.watcher = watcher;
        this.password = password;
        this.port = port;
    }

    /** Returns the program in a list of folders, such as the variable {@code PATH}. */
    public static Optional<Path> find(String path) {
        for (String folder : path.split(File.pathSeparator, -1)) {
            Path program = Path.of(folder, PROGRAM);
            if (!folder.isEmpty() && Files.isExecutable(program) && Files.isRegularFile(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }

    /** Starts Redis, and waits until it accepts connections. Throws with its last line if it does not start. */
    public static LocalRedis start(Path program) throws IOException, InterruptedException {
        IOException failure = new IOException(program + " did not start");
        for (int i = 0; i < ATTEMPTS; i++) {
            LocalRedis redis = launch(program, freePort());
            String problem = redis.awaitStart();
            if (problem.isEmpty()) {
                return redis;
            }
            redis.close();
            failure = new IOException(program + " did not start: " + problem);
        }
        throw failure;
    }

    private static LocalRedis launch(Path program, int port) throws IOException {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        String password = HexFormat.of().formatHex(secret);
        Path folder = Files.createTempDirectory(
                "sprocket-redis", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(
                folder.resolve("redis.conf"),
                """
                bind 127.0.0.1
                port %d
                requirepass %s
                save ""
                appendonly no
                dir "%s"
                maxmemory 64mb
                maxmemory-policy noeviction
                daemonize no
                """
                        .formatted(port, password, folder));
        Process watcher = new ProcessBuilder(
                        "sh", "-c", WATCHER, "sprocket-redis", program.toString(), folder.toString())
                .redirectErrorStream(true)
                .start();
        return new LocalRedis(watcher, password, port);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Returns an empty text when Redis listens, otherwise why it does not. */
    private String awaitStart() throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (watcher.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return "";
            } catch (IOException notYet) {
                if (System.nanoTime() - start > START_LIMIT_NANOS) {
                    return "no connection within 10 s";
                }
            }
            if (watcher.waitFor(20, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        return new String(watcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Returns the URI, which contains the password. */
    public String uri() {
        return "redis://:" + password + "@" + address();
    }

    /** Returns host and port. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Ends Redis. */
    @Override
    public void close() {
        try {
            watcher.getOutputStream().close();
            if (!watcher.waitFor(2, TimeUnit.SECONDS)) {
                watcher.descendants().forEach(ProcessHandle::destroyForcibly);
            }
        } catch (IOException e) {
            watcher.destroy();
        } catch (InterruptedException e) {
            watcher.destroy();
            Thread.currentThread().interrupt();
        }
    }
}

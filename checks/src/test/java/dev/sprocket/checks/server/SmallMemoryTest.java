package dev.sprocket.checks.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More clients than fit into 256 MiB, which a cgroup or a variable limits. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class SmallMemoryTest {
    private static final long MEMORY = 256L << 20;
    /** More connections than are allowed in this memory. */
    private static final int CLIENTS = 9_000;

    private static final String SUBSCRIBE = "[5,\"news\"]";

    @TempDir
    Path folder;

    private final List<Socket> open = new ArrayList<>();
    private Process server;
    private int port;
    private @Nullable MemoryGroup group;

    private void start() throws Exception {
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                """
                topics { "*" { subscribe = anyone } }
                listeners.web {
                  address = "127.0.0.1:0"
                  routes = [
                    { path = /ws, layers = [origin-check, ws, wamp], component = pubsub }
                    { path = /push, component = { push { allow-anonymous = on } } }
                  ]
                }
                shutdown-timeout = 1s
                """);
        ProcessBuilder builder = new ProcessBuilder(
                "/bin/sh",
                "-c",
                (group == null ? "" : group.enter()) + "set -eu; jar=../server/target/sprocket.jar;"
                        + " . ../server/src/main/sh/launch.sh",
                "sprocket",
                "serve",
                "-c",
                file.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.startsWith("SPROCKET_") || name.equals("JAVA_OPTS"));
        if (group == null) {
            builder.environment().put("SPROCKET_MEMORY", "" + MEMORY);
        }
        builder.environment().put("SPROCKET_CACHE", "off");
        server = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(log().toFile())
                .start();
        port = ReadyLine.await(server, log()).port("web");
    }

    private Path log() {
        return folder.resolve("log");
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket socket : open) {
            socket.close();
        }
        if (server != null) {
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        if (group != null) {
            group.close();
        }
    }

    /** Sends a request and returns the head of the response. */
    private String request(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("after: %s", head).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** Opens a WebSocket with a subscription, and returns the head of the response. */
    private String subscribe() throws IOException {
        Socket socket = connect();
        String head = request(
                socket,
                "GET /ws HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: wamp\r\n\r\n");
        if (head.startsWith("HTTP/1.1 101 ")) {
            open.add(socket);
            // masked with zeros
            String frame = "\u0081" + (char) (0x80 | SUBSCRIBE.length()) + "\0\0\0\0" + SUBSCRIBE;
            socket.getOutputStream().write(frame.getBytes(ISO_8859_1));
        } else {
            socket.close();
        }
        return head;
    }

    private String push() throws IOException {
        try (Socket socket = connect()) {
            return request(
                    socket,
                    "POST /push/news HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 1\r\nConnection: close\r\n\r\n1");
        }
    }

    /** Largest resident size of the server so far, in bytes. */
    private long peak() throws IOException {
        return Files.readAllLines(Path.of("/proc", "" + server.pid(), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    private static boolean allowsFiles(int count) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.trim().split(" {2,}"))
                .anyMatch(columns -> columns[2].equals("unlimited") || Long.parseLong(columns[2]) >= count);
    }

    @Test
    void server_refuses_clients_before_memory_is_exhausted() throws Exception {
        requireFiles();
        start();
        refuseBeyondTheLimit();
        assertThat(peak()).isLessThan(MEMORY);
    }

    @Test
    void cgroup_does_not_kill_server_that_refuses_clients() throws Exception {
        requireFiles();
        group = MemoryGroup.of(MEMORY);
        start();
        refuseBeyondTheLimit();
        assertThat(group.kills()).isZero();
        // the launcher read the limit of the group, and chose a heap of a quarter of it
        assertThat(Files.readString(log())).containsPattern(" limit=(7\\d|8[01])\\d\\d \\(raise max-connections");
    }

    private static void requireFiles() throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/self/limits")), "missing: Linux");
        assumeTrue(allowsFiles(CLIENTS + 1_000), "missing: 10,000 open files");
    }

    /** Connects until the server refuses, and checks that it serves the others. */
    private void refuseBeyondTheLimit() throws Exception {
        String head = subscribe();
        while (head.startsWith("HTTP/1.1 101 ") && open.size() < CLIENTS) {
            head = subscribe();
        }
        assertThat(head).startsWith("HTTP/1.1 503 ").contains("Retry-After: 5");
        assertThat(open).hasSizeGreaterThan(4_000).hasSizeLessThan(CLIENTS);
        for (int i = 0; i < 500; i++) {
            assertThat(push()).startsWith("HTTP/1.1 503 ");
        }
        assertThat(Files.readString(log()))
                .contains("connection refused, too many for the memory: ")
                .doesNotContain("OutOfMemory");

        // the others are served, and a place that becomes free is used
        open.remove(0).close();
        while (!push().startsWith("HTTP/1.1 200 ")) {
            SpinWait.once();
        }
        byte[] event = new byte[4];
        assertThat(open.get(open.size() - 1).getInputStream().readNBytes(event, 0, 4))
                .isEqualTo(4);
        assertThat(event[0]).isEqualTo((byte) 0x81);
        assertThat(server.isAlive()).isTrue();
    }
}

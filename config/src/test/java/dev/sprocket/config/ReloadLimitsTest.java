package dev.sprocket.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits and address rules after a reload. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReloadLimitsTest {
    private static final String HANDSHAKE =
            "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    @TempDir
    Path folder;

    @CanIgnoreReturnValue
    private Path file(String layer, String kind) throws IOException {
        return Files.writeString(
                folder.resolve("site.conf"),
                kind.equals("listener")
                        ? "listeners.a { address = \"127.0.0.1:0\", layers = [" + layer + " lines], component = echo }"
                        : "listeners.a { address = \"127.0.0.1:0\", routes = [{ path = /ws, layers = [" + layer
                                + " ws], component = echo }] }");
    }

    /** Client of either stack that reports whether it was accepted. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        private final boolean letIn;

        Client(ConfiguredServer server, String kind) throws IOException {
            InetSocketAddress at = (InetSocketAddress) server.address("a");
            socket = new Socket(InetAddress.getLoopbackAddress(), at.getPort());
            socket.setSoTimeout(20_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            letIn = kind.equals("listener") ? echoes() : upgrades();
        }

        boolean echoes() {
            try {
                socket.getOutputStream().write("hello\n".getBytes(ISO_8859_1));
                return "hello".equals(in.readLine());
            } catch (IOException closed) {
                return false;
            }
        }

        private boolean upgrades() throws IOException {
            socket.getOutputStream().write(HANDSHAKE.getBytes(ISO_8859_1));
            String status = in.readLine();
            String line = status;
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            return status != null && status.startsWith("HTTP/1.1 101");
        }

        boolean isClosedByServer() throws IOException {
            try {
                int next = in.read();
                while (next >= 0) {
                    next = in.read();
                }
                return true;
            } catch (java.net.SocketException reset) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"listener", "route"})
    void limiter_counts_connections_from_before_the_reload(String kind) throws Exception {
        Path file = file("{ limiter { max-connections = 1 } },", kind);
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            try (Client first = new Client(server, kind)) {
                assertThat(first.letIn).isTrue();
                for (int reload = 0; reload < 2; reload++) {
                    server.reload();
                    try (Client second = new Client(server, kind)) {
                        assertThat(second.letIn).isFalse();
                    }
                }
            }
            boolean letIn = false;
            while (!letIn) {
                try (Client third = new Client(server, kind)) {
                    letIn = third.letIn;
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"listener", "route"})
    void address_rule_closes_connections_older_than_two_reloads(String kind) throws Exception {
        String none = "{ ip-filter { deny = [\"192.0.2.1\"] } },";
        Path file = file(none, kind);
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            try (Client first = new Client(server, kind)) {
                assertThat(first.letIn).isTrue();
                server.reload();
                server.reload();
                file("{ ip-filter { deny = [\"127.0.0.0/8\"] } },", kind);
                server.reload();
                assertThat(first.isClosedByServer()).isTrue();
                try (Client second = new Client(server, kind)) {
                    assertThat(second.letIn).isFalse();
                }
            }
        }
    }

    @Test
    void limiter_of_another_route_starts_at_zero() throws Exception {
        Path file = file("{ limiter { max-connections = 1 } },", "route");
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            try (Client first = new Client(server, "route")) {
                assertThat(first.letIn).isTrue();
                Files.writeString(
                        file,
                        Files.readString(file)
                                .replace("path = /ws", "path = /ws2, host = h")
                                .replace(
                                        "routes = [",
                                        "routes = [{ path = /ws, host = h, layers = [{ limiter { max-connections = 1 }"
                                                + " }, ws], component = echo }, "));
                server.reload();
                try (Client second = new Client(server, "route")) {
                    assertThat(second.letIn).isTrue();
                }
            }
        }
    }
}

package dev.sprocket.checks.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.keys.Site;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Incomplete requests of more data than the 64 MiB heap of the server. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
@Tag("slow")
class SmallHeapTest {
    private static final Path JAR = Path.of("../server/target/sprocket.jar");
    private static final int REQUESTS = 250;
    private static final int BODY_SIZE = 900_000;

    @TempDir
    Path folder;

    private final List<Socket> sockets = new ArrayList<>();
    private Process process;
    private int port;

    private Path stderrFile() {
        return folder.resolve("errors");
    }

    private void start(String site) throws Exception {
        Path file = Files.writeString(folder.resolve("site.conf"), site);
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        JAR.toString(),
                        "serve",
                        "-c",
                        file.toString())
                .redirectError(stderrFile().toFile())
                .start();
        port = ReadyLine.await(process, stderrFile()).port("web");
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Sends a request whose body lacks its last byte. */
    private void sendIncompleteBody(byte[] bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        try {
            socket.getOutputStream()
                    .write(("POST /push/t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + (bytes.length + 1) + "\r\n\r\n")
                            .getBytes(UTF_8));
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // the server has already answered this oldest request with 503
            assertThat(socket.isConnected()).isTrue();
        }
    }

    /** Sends 225 MB of incomplete bodies. The oldest ones get 503, and other requests are served. */
    @Test
    void incomplete_bodies_do_not_exhaust_small_heap() throws Exception {
        start(
                """
                listeners.web {
                  address = "127.0.0.1:0"
                  routes = [{ path = /push, component = { push { allow-anonymous = on } } }]
                }
                """);
        byte[] bytes = " ".repeat(BODY_SIZE).getBytes(UTF_8);
        for (int i = 0; i < REQUESTS; i++) {
            sendIncompleteBody(bytes);
            if (i % 50 == 49) {
                URI push = URI.create("http://127.0.0.1:" + port + "/push/t");
                assertThat(Site.send(push, "POST", "1").statusCode()).isEqualTo(200);
            }
        }
        assertThat(new String(sockets.get(0).getInputStream().readNBytes(12), UTF_8))
                .isEqualTo("HTTP/1.1 503");
        assertThat(process.isAlive()).isTrue();
        assertThat(Files.readString(stderrFile())).doesNotContain("OutOfMemory");
    }
}

package dev.sprocket.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class StartLoadTest {
    private static final String PROGRAM =
            """
            import com.sun.net.httpserver.HttpServer;
            import java.net.InetSocketAddress;

            class Program {
                public static void main(String[] args) throws Exception {
                    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 0);
                    server.createContext(System.getenv("PATH_TO_ANSWER"), exchange -> {
                        exchange.sendResponseHeaders(200, -1);
                        exchange.close();
                    });
                    server.start();
                }
            }
            """;

    @TempDir
    Path folder;

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    @Test
    void start_ends_with_the_first_response() throws Exception {
        Path program = Files.writeString(folder.resolve("Program.java"), PROGRAM);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        StartLoad.Outcome outcome = StartLoad.run(
                List.of(java(), program.toString(), "" + port),
                Map.of("PATH_TO_ANSWER", "/health"),
                port,
                Duration.ofMillis(1),
                folder.resolve("log"));
        assertThat(outcome.seconds()).isPositive();
        assertThat(outcome.cpu()).isPositive();
        assertThat(outcome.resident()).isGreaterThan(1 << 20);
        assertThat(outcome.idle()).isGreaterThan(1 << 20);
    }

    @Test
    void failed_start_reports_the_output() {
        assertThatIllegalStateException()
                .isThrownBy(() -> StartLoad.run(
                        List.of(java(), "-jar", "none.jar"), Map.of(), 1, Duration.ZERO, folder.resolve("log")))
                .withMessageContaining("none.jar");
    }
}

package dev.sprocket.checks.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.config.ConfiguredServer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class ClosingOrderTest {
    @TempDir
    Path folder;

    private static int port(ConfiguredServer server, String name) {
        return ((InetSocketAddress) server.address(name)).getPort();
    }

    @Test
    void shutdown_closes_bridges_before_web_clients() throws Exception {
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                """
                listeners.web { address = "127.0.0.1:0", routes = [{ path = /chat, layers = [ws], component = echo }] }
                bridges.tcp { port = 0 }
                """);
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            FrameChatClient page = FrameChatClient.rfc6455(port(server, "web"));
            page.ping();
            try (Socket backend = ChatClient.socket(port(server, "tcp"))) {
                Thread closing = new Thread(() -> server.close(Duration.ofSeconds(30)));
                closing.start();
                assertThat(backend.getInputStream().read()).isNegative();

                // the server waits for the close frame of the client
                assertThat(closing.isAlive()).isTrue();
                page.close();
                closing.join();
            }
        }
    }
}

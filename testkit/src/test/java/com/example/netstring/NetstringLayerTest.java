package com.example.netstring;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.testkit.Recorder;
import dev.sprocket.testkit.contract.LayerContract;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A foreign layer follows the contract of layers, over a real socket too. */
class NetstringLayerTest extends LayerContract {
    @Override
    protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
        return new NetstringLayer(application);
    }

    @Override
    protected byte[] message(String text) {
        return (text.length() + ":" + text + ",").getBytes(StandardCharsets.UTF_8);
    }

    private static Socket connect(IoServer server) throws IOException {
        Socket client = new Socket("127.0.0.1", server.port());
        client.setSoTimeout(10_000);
        return client;
    }

    private static void write(Socket client, String bytes) throws IOException {
        client.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
    }

    @CanIgnoreReturnValue
    private static String read(Socket client, int length) throws IOException {
        return new String(client.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    }

    private static String readToEnd(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static IoServer start(MessageComponent<? super Connection, ? super Message> app) throws IOException {
        IoServer server = new IoServer(0, new NetstringLayer(app));
        server.start();
        return server;
    }

    @Test
    void plain_client_gets_echoes_over_a_socket() throws IOException {
        try (IoServer server = start(new EchoServer());
                Socket client = connect(server)) {
            write(client, "5:hello,0:,");
            write(client, "3:be");
            write(client, "e,");

            assertThat(read(client, 17)).isEqualTo("5:hello,0:,3:bee,");
        }
    }

    @Test
    void malformed_length_is_told_before_the_close() throws IOException {
        try (IoServer server = start(new EchoServer());
                Socket client = connect(server)) {
            write(client, "GET / HTTP/1.1\r\n");

            assertThat(readToEnd(client)).contains("bye: length GET");
        }
    }

    @Test
    void rejection_by_the_application_is_told() throws IOException {
        MessageComponent<Connection, Message> app = (from, message) -> {
            throw RejectedException.forbidden("not today");
        };
        try (IoServer server = start(app);
                Socket client = connect(server)) {
            write(client, "2:hi,");

            assertThat(readToEnd(client)).isEqualTo("14:bye: not today,");
        }
    }

    @Test
    void server_shutdown_is_told() throws IOException {
        IoServer server = start(new EchoServer());
        try (Socket client = connect(server)) {
            write(client, "2:hi,");
            assertThat(read(client, 5)).isEqualTo("2:hi,");
            server.close(Duration.ofSeconds(5));

            assertThat(readToEnd(client)).isEqualTo("25:bye: server is going away,");
        }
    }

    @Test
    void uses_core_and_its_spi_only() throws IOException {
        Path folder = Path.of("src/test/java/com/example/netstring");
        for (String file : new String[] {"NetstringLayer.java", "NetstringConnection.java"}) {
            try (Stream<String> lines = Files.lines(folder.resolve(file))) {
                assertThat(lines.filter(line -> line.startsWith("import dev.sprocket")))
                        .isNotEmpty()
                        .allMatch(line -> line.matches("import dev\\.sprocket\\.core\\.(spi\\.)?[A-Z]\\w+;"));
            }
        }
    }
}

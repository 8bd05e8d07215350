package dev.sprocket.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.transport.ReadBudget;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.files.StaticFiles;
import dev.sprocket.http.route.Router;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PipeliningTest {
    private static final int REQUESTS = 12;

    /** Each request takes half of the read budget. The half-close arrives while some are postponed. */
    @Test
    void all_pipelined_requests_are_answered_after_a_half_close() throws Exception {
        MessageComponent<HttpConnection, Message> slow = new MessageComponent<>() {
            @Override
            public void onOpen(HttpConnection conn) {
                long end = System.nanoTime() + ReadBudget.NANOS / 2;
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                conn.respond(HttpResponse.of(200));
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}
        };
        IoServer server = new IoServer("127.0.0.1", 0, new HttpServer(slow));
        server.start();
        try (server;
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .repeat(REQUESTS)
                            .getBytes(UTF_8));
            socket.shutdownOutput();

            String responses = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(responses.split("HTTP/1.1 200 ", -1)).hasSize(REQUESTS + 1);
        }
    }

    /** The files fill the socket: the last ones begin when it is writable again. */
    @Test
    void pipelined_files_are_sent_completely(@TempDir Path folder) throws Exception {
        String content = "line\n".repeat(4000);
        Files.writeString(folder.resolve("a.txt"), content);
        IoServer server =
                new IoServer("127.0.0.1", 0, new HttpServer(new Router().get("/f/{path*}", new StaticFiles(folder))));
        server.start();
        try (server;
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write("GET /f/a.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .repeat(REQUESTS)
                            .getBytes(UTF_8));
            socket.shutdownOutput();

            String responses = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(responses.split("HTTP/1.1 200 ", -1)).hasSize(REQUESTS + 1);
            assertThat(responses.split("\r\n\r\n" + content, -1)).hasSize(REQUESTS + 1);
        }
    }
}

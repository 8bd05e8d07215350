package dev.sprocket.http.internal.loopback;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DNS rebinding: a page whose host resolves to 127.0.0.1. Uses real sockets. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
final class LoopbackHostFilterTest {
    private static String status(IoServer server, String headers) throws IOException {
        try (server;
                Socket socket = connect(server)) {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n").getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1).substring(9, 12);
        }
    }

    private static Socket connect(IoServer server) throws IOException {
        server.start();
        return new Socket(InetAddress.getByName("127.0.0.1"), server.port());
    }

    private static Router router() {
        return new Router().get("/", request -> HttpResponse.text("hello"));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:8080, 200",
        "localhost.:80, 200",
        "blog.localhost, 200",
        "127.0.0.1:8080, 200",
        "127.1.2.3, 200",
        "[::1]:8080, 200",
        "[::ffff:127.0.0.1], 200",
        "evil.example:8080, 403",
        "localhost.evil.example, 403",
        "127.0.0.1.evil.example, 403",
        "evillocalhost, 403",
        "192.0.2.1, 403",
        "0.0.0.0, 403",
        "[2001:db8::1], 403"
    })
    void rejects_foreign_hosts_from_loopback_clients(String host, String status) throws Exception {
        IoServer server = new IoServer(0, new HttpServer(new LoopbackHostFilter(router())));
        assertThat(status(server, "Host: " + host + "\r\n")).isEqualTo(status);
    }
}

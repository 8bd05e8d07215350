package dev.sprocket.server.internal.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sprocket.config.ConfiguredServer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Command {@code sprocket warm-up}: serves one client of each kind, and ends.
 *
 * <p>The launcher runs it while the JVM records the loaded classes for the start cache.
 */
@Command(
        name = "warm-up",
        description = "Makes the start cache of the launcher, for packages and container images.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class WarmUpCommand implements Callable<Integer> {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String SITE =
            """
            topics { "*" { subscribe = anyone } }
            listeners.web {
              address = "127.0.0.1:0"
              layers = [{ limiter { max-connections = 100 } }, http]
              routes = [
                { path = /ws, layers = [origin-check, ws, wamp], component = pubsub }
                { path = /events, layers = [origin-check], component = events }
                { path = /push, component = { push { tokens = [{ name = warm-up, token = warm-up-secret-of-one-run }] } } }
              ]
            }
            """;
    private static final String SUBSCRIBE = "[5,\"news\"]";

    @Override
    public Integer call() throws IOException {
        Path file = Files.createTempFile("sprocket-warm-up", ".conf");
        try {
            Files.writeString(file, SITE);
            try (ConfiguredServer server = ConfiguredServer.of(file)) {
                server.start();
                var unused = List.of(server.warnings(), server.explain());
                use((InetSocketAddress) server.addresses("web").get(0));
                server.close(Duration.ofSeconds(1));
            }
        } finally {
            Files.delete(file);
        }
        return 0;
    }

    private static void use(InetSocketAddress address) throws IOException {
        String host = "Host: localhost\r\n";
        try (Socket webSocket = connect(address);
                Socket events = connect(address);
                Socket http = connect(address)) {
            send(
                    webSocket,
                    "GET /ws HTTP/1.1\r\n" + host
                            + "Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://localhost\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Protocol: wamp\r\n\r\n");
            await(webSocket, "\r\n\r\n");
            // a masked frame; the mask is zero
            send(webSocket, "\u0081" + (char) (0x80 | SUBSCRIBE.length()) + "\0\0\0\0" + SUBSCRIBE);
            send(events, "GET /events/news HTTP/1.1\r\n" + host + "Accept: text/event-stream\r\n\r\n");
            await(events, "\r\n\r\n");
            send(http, "GET /health HTTP/1.1\r\n" + host + "\r\n");
            await(http, "\r\n\r\n");
            send(
                    http,
                    "POST /push/news HTTP/1.1\r\n" + host + "Connection: close\r\nContent-Type: application/json\r\n"
                            + "Authorization: Bearer warm-up-secret-of-one-run\r\nContent-Length: 7\r\n\r\n\"event\"");
            await(events, "event\"");
        }
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
    }

    /** Reads until the input contains a text. */
    private static void await(Socket socket, String text) throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (!all.toString(ISO_8859_1).contains(text)) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("connection closed by the server after: " + all.toString(ISO_8859_1));
            }
            all.write(next);
        }
    }
}

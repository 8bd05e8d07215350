package dev.sprocket.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Tests the WebSocket client of Vert.x against an echo server. Only this module depends on Vert.x. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class VertxClientTest {
    @Test
    void receives_compressed_echoes() throws Exception {
        Deflate all = Deflate.DEFAULT.threshold(0);
        Vertx vertx = Vertx.vertx();
        try {
            for (Deflate deflate : List.of(all, all.serverContextTakeover(), all.clientMemory(0))) {
                for (int options = 0; options < 4; options++) {
                    assertEchoes(vertx, deflate, (options & 1) != 0, (options & 2) != 0);
                }
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    private static void assertEchoes(Vertx vertx, Deflate deflate, boolean noClientContext, boolean noServerContext)
            throws Exception {
        WebSocketClientOptions options = new WebSocketClientOptions()
                .setTryUsePerMessageCompression(true)
                .setMaxMessageSize(1 << 20)
                .setMaxFrameSize(1 << 20);
        options.setCompressionAllowClientNoContext(noClientContext);
        options.setCompressionRequestServerNoContext(noServerContext);
        try (IoServer server = IoServer.builder(new HttpServer(new WsServer(new EchoServer()).compress(deflate)))
                .bind(0)
                .build()) {
            server.start();
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            // the client closes its connections when it becomes unreachable
            WebSocketClient client = vertx.createWebSocketClient(options);
            WebSocket socket = client.connect(server.port(), "127.0.0.1", "/")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            socket.textMessageHandler(received::add);
            socket.closeHandler(unused -> received.add("closed " + socket.closeStatusCode()));
            socket.exceptionHandler(failure -> received.add("failed " + failure));
            for (int size : new int[] {1, 1000, 1000, 100_000, 1000}) {
                String text = "compress me ".repeat(size / 12 + 1);
                socket.writeTextMessage(text);
                assertThat(received.poll(30, TimeUnit.SECONDS))
                        .as("%d characters, %s", size, options.toJson())
                        .isEqualTo(text);
            }
            client.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }
}

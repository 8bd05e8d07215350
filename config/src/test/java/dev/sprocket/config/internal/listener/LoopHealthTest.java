package dev.sprocket.config.internal.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Responses of {@code /health} while a callback blocks its event loop. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class LoopHealthTest {
    private final HttpClient http = HttpClient.newHttpClient();

    private CompletableFuture<java.net.http.HttpResponse<String>> get(IoServer server, String path) {
        int port = ((InetSocketAddress) server.address()).getPort();
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void health_is_503_and_names_the_blocked_loop() throws Exception {
        EventLoops loops = EventLoops.of(2);
        CountDownLatch released = new CountDownLatch(1);
        BlockingQueue<String> blocked = new LinkedBlockingQueue<>();
        Router router = new Router()
                .route("GET", "/health", new LoopHealth(loops, Duration.ofMillis(100)))
                .get("/block", request -> {
                    blocked.add(Thread.currentThread().getName());
                    released.await();
                    return HttpResponse.text("released");
                });
        try (IoServer server = IoServer.builder(new HttpServer(router))
                .loops(loops)
                .bind("127.0.0.1", 0)
                .build()) {
            server.start();
            while (get(server, "/health").get().statusCode() != 200) {
                Thread.onSpinWait();
            }
            var unblocked = get(server, "/block");
            String name = blocked.take();
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) { // those on the blocked loop have to wait
                all.add(get(server, "/health"));
            }
            var first =
                    (java.net.http.HttpResponse<?>) CompletableFuture.anyOf(all.toArray(new CompletableFuture<?>[0]))
                            .get();
            assertThat(first.statusCode()).isEqualTo(503);
            assertThat(first.body().toString())
                    .startsWith("{\"status\":\"blocked\",\"loops\":[")
                    .contains("\"" + name + "\"");
            released.countDown();
            assertThat(unblocked.get().statusCode()).isEqualTo(200);
            while (get(server, "/health").get().statusCode() != 200) {
                Thread.onSpinWait();
            }
        }
    }
}

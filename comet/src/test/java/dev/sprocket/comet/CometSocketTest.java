package dev.sprocket.comet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Comet connections over real sockets and event loops. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class CometSocketTest implements MessageComponent<Connection, Message> {
    private final BlockingQueue<String> callbacks = new LinkedBlockingQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @Override
    public void onOpen(Connection conn) {
        callbacks.add("open in " + Thread.currentThread().getName());
    }

    @Override
    public void onMessage(Connection from, Message message) {
        callbacks.add(message.text() + " in " + Thread.currentThread().getName());
    }

    @Override
    public void onClose(Connection conn) {
        callbacks.add("close in " + Thread.currentThread().getName());
    }

    private String open(IoServer server) throws Exception {
        String response = client.send(HttpRequest.newBuilder(at(server, "")).build(), BodyHandlers.ofString())
                .body();
        return response.substring(7, 29);
    }

    private static URI at(IoServer server, String query) {
        return URI.create("http://127.0.0.1:" + server.port() + "/" + query);
    }

    @Test
    void callbacks_run_on_event_loop_of_opening_request() throws Exception {
        IoServer server = new IoServer("127.0.0.1", 0, EventLoops.of(3), new HttpServer(new CometServer(this)));
        server.start();
        String opened;
        try {
            String id = open(server);
            opened = callbacks.poll(20, TimeUnit.SECONDS);
            for (int i = 0; i < 6; i++) {
                // each client has its own connection, and connections are spread over the loops
                HttpRequest post = HttpRequest.newBuilder(at(server, "?id=" + id))
                        .POST(BodyPublishers.ofString("open"))
                        .build();
                assertThat(HttpClient.newHttpClient()
                                .send(post, BodyHandlers.discarding())
                                .statusCode())
                        .isEqualTo(204);
                assertThat(callbacks.poll(20, TimeUnit.SECONDS)).isEqualTo(opened);
            }
        } finally {
            server.close();
        }
        assertThat(callbacks).containsExactly(opened.replace("open", "close"));
    }
}

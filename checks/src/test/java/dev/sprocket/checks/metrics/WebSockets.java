package dev.sprocket.checks.metrics;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** WebSockets of the JDK's client. */
final class WebSockets {
    private WebSockets() {}

    /** Opens a WebSocket, closes it with a code, and waits for the answer. */
    static void openAndClose(URI http, int code) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(http.toString().replaceFirst("http", "ws")), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
                        closed.complete(null);
                        return null;
                    }
                })
                .join();
        socket.sendClose(code, "").join();
        closed.join();
    }
}

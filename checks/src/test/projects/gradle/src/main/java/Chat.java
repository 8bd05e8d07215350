import dev.sprocket.app.App;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Starts a chat, says hello as a visitor, and prints what the visitor receives. */
public class Chat implements MessageComponent<Connection, Message> {
    private final Set<Connection> connections = new HashSet<>();

    @Override
    public void onOpen(Connection conn) {
        connections.add(conn);
    }

    @Override
    public void onMessage(Connection from, Message message) {
        connections.forEach(conn -> conn.send(message));
    }

    @Override
    public void onClose(Connection conn) {
        connections.remove(conn);
    }

    public static void main(String[] args) throws Exception {
        try (App app = App.listen(0)) {
            app.route("/chat", new Chat()).start();
            System.out.println("received: " + say("hello", app.port()));
        }
    }

    private static String say(String text, int port) throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/chat"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        received.complete(data.toString());
                        return WebSocket.Listener.super.onText(from, data, last);
                    }
                })
                .get(20, TimeUnit.SECONDS);
        socket.sendText(text, true);
        return received.get(20, TimeUnit.SECONDS);
    }
}

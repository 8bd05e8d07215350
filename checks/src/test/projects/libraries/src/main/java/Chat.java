import dev.sprocket.app.App;
import dev.sprocket.bridge.http.Backend;
import dev.sprocket.bridge.http.HttpBridge;
import dev.sprocket.bridge.http.HttpPush;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.session.redis.RedisSessionStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Starts a chat and a bridge, and prints a received message and the class path. */
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
            HttpPush push = HttpPush.builder(app.topics())
                    .backend(Backend.token("blog", "0123456789abcdef0123456789abcdef"))
                    .build();
            app.route("/chat", new Chat())
                    .with(HttpBridge.builder(push).bind("127.0.0.1", 0).build())
                    .start();
            System.out.println("sessions: " + RedisSessionStore.class.getName());
            System.out.println("received: " + say("hello", app.port()));
            System.out.println("class path: " + System.getProperty("java.class.path"));
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

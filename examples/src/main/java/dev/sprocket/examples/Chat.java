package dev.sprocket.examples;

import dev.sprocket.app.App;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.HashSet;
import java.util.Set;

/** Forwards each message to all other connections. */
public final class Chat implements MessageComponent<Connection, Message> {
    private final Set<Connection> connections = new HashSet<>();

    @Override
    public void onOpen(Connection conn) {
        connections.add(conn);
    }

    @Override
    public void onMessage(Connection from, Message message) {
        connections.stream().filter(conn -> conn != from).forEach(conn -> conn.send(message));
    }

    @Override
    public void onClose(Connection conn) {
        connections.remove(conn);
    }

    public static void main(String[] args) throws Exception {
        App.listen(8080).route("/chat", new Chat()).run();
    }
}

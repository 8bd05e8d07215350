package dev.sprocket.app;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends every message to everybody but its sender. One room may be in several stacks at once: what is typed under
 * telnet appears in browsers.
 */
@ThreadSafe
@ConcurrentComponent
public final class ChatRoom implements MessageComponent<Connection, Message> {
    private final Set<Connection> members = ConcurrentHashMap.newKeySet();

    @Override
    public void onOpen(Connection conn) {
        members.add(conn);
    }

    @Override
    public void onMessage(Connection from, Message message) {
        for (Connection conn : members) {
            if (conn != from) {
                conn.send(message);
            }
        }
    }

    /** Sends something to everybody. */
    void broadcast(String text) {
        Message message = Message.text(text);
        members.forEach(conn -> conn.send(message));
    }

    @Override
    public void onClose(Connection conn) {
        members.remove(conn);
    }
}

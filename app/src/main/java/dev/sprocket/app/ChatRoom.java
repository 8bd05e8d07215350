package dev.sprocket.app;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends every message to everybody but its sender. One room may be in several stacks at once: what is typed under telnet
 * appears in browsers.
 */
@ThreadSafe
@ConcurrentComponent
public final class ChatRoom implements MessageComponent<Connection, Message> {
    private final Set<Connection> everybody = ConcurrentHashMap.newKeySet();

    @Override
    public void onOpen(Connection conn) {
        everybody.add(conn);
    }

    @Override
    public void onMessage(Connection from, Message message) {
        for (Connection conn : everybody) {
            if (conn != from) {
                conn.send(message);
            }
        }
    }

    /** Sends something to everybody. */
    void tell(String text) {
        Message message = Message.text(text);
        everybody.forEach(conn -> conn.send(message));
    }

    @Override
    public void onClose(Connection conn) {
        everybody.remove(conn);
    }
}

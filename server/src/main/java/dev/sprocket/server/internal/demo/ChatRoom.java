package dev.sprocket.server.internal.demo;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Chat room that sends every message to all connections except its sender.
 *
 * <p>One room can be part of several stacks, for example WebSocket and telnet.
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

    /** Sends a text to all connections. */
    void broadcast(String text) {
        Message message = Message.text(text);
        members.forEach(conn -> conn.send(message));
    }

    @Override
    public void onClose(Connection conn) {
        members.remove(conn);
    }
}

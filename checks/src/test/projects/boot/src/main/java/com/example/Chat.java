package com.example;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.HashSet;
import java.util.Set;

/** Sends each message to all connections. */
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
}

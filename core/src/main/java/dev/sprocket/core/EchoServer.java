package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;

/** Sends every message back to its sender. */
@ThreadSafe
@ConcurrentComponent
public final class EchoServer implements MessageComponent<Connection, Message> {
    @Override
    public void onMessage(Connection from, Message message) {
        from.send(message);
    }
}

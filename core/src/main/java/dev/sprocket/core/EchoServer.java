package dev.sprocket.core;

/** Sends every message back to where it came from. Threads: any. */
@Concurrent
public final class EchoServer implements MessageComponent<Connection, Message> {
    @Override
    public void onMessage(Connection from, Message message) {
        from.send(message);
    }
}

package dev.sprocket.testkit;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Connection without a socket that records sent messages, for tests of callbacks.
 */
@ThreadSafe
public final class MemoryConnection implements Connection {
    private final String name;
    private final Attributes attributes = new Attributes();
    private final List<Message> sent = new ArrayList<>();
    private boolean open = true;

    /** Creates an open connection with a name for failure messages. */
    public MemoryConnection(String name) {
        this.name = name;
    }

    @Override
    public synchronized boolean send(Message message) {
        return open && sent.add(message.copy());
    }

    @Override
    public void close() {
        close(CloseReason.NORMAL);
    }

    /** Closes the connection; {@link CloseReason#of(Connection)} returns the reason. */
    @Override
    public synchronized void close(CloseReason reason) {
        open = false;
        reason.mark(this);
    }

    @Override
    public synchronized boolean isOpen() {
        return open;
    }

    /** Returns the sent messages as text. */
    public synchronized List<String> texts() {
        return sent.stream().map(Message::text).toList();
    }

    /** Returns the sent messages. */
    public synchronized List<Message> messages() {
        return List.copyOf(sent);
    }

    @Override
    public SocketAddress remoteAddress() {
        return InetSocketAddress.createUnresolved(name + ".test", 1);
    }

    @Override
    public SocketAddress localAddress() {
        return InetSocketAddress.createUnresolved("here.test", 1);
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return name;
    }
}

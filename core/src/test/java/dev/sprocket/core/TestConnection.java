package dev.sprocket.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Connection without a socket that records sent messages. */
public final class TestConnection implements Connection {
    private final Attributes attributes;
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private volatile boolean open = true;

    public TestConnection() {
        this(new Attributes());
    }

    public TestConnection(Attributes attributes) {
        this.attributes = attributes;
    }

    @Override
    @CanIgnoreReturnValue
    public boolean send(Message message) {
        return open && sent.add(message.text());
    }

    @Override
    public void close() {
        open = false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public SocketAddress remoteAddress() {
        return InetSocketAddress.createUnresolved("peer.test", 1);
    }

    @Override
    public SocketAddress localAddress() {
        return InetSocketAddress.createUnresolved("here.test", 2);
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    public List<String> sent() {
        return List.copyOf(sent);
    }
}

package dev.sprocket.core;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A connection without a socket: remembers what was sent. */
public final class TestConnection implements Connection {
    private final Attributes facts;
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private volatile boolean open = true;

    public TestConnection() {
        this(new Attributes());
    }

    public TestConnection(Attributes facts) {
        this.facts = facts;
    }

    @Override
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
        return facts;
    }

    public List<String> sent() {
        return List.copyOf(sent);
    }
}

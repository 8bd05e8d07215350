package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Facts;
import dev.sprocket.core.Message;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** All who push to a socket. */
final class ZmqConnection implements Connection {
    private final Facts facts = new Facts();
    private final InetSocketAddress address;

    ZmqConnection(InetSocketAddress address) {
        this.address = address;
    }

    /** PULL is a one-way street. */
    @Override
    public boolean send(Message message) {
        return false;
    }

    /** Does nothing: one bad message must not keep the others out. */
    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    /** ZeroMQ does not tell; the address that they push to. */
    @Override
    public SocketAddress remoteAddress() {
        return address;
    }

    @Override
    public SocketAddress localAddress() {
        return address;
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public String toString() {
        return "zmq " + address.getHostString() + ":" + address.getPort();
    }
}

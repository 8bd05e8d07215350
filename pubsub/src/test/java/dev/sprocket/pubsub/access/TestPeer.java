package dev.sprocket.pubsub.access;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.User;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Connection without a socket, with or without a user. */
final class TestPeer implements Connection {
    private final Attributes attributes = new Attributes();

    /** Returns a peer by a short description: {@code anonymous}, {@code backend}, {@code role x}, or a user id. */
    static AccessRequest request(String who, Action action, String name) {
        TestPeer peer = new TestPeer();
        if (who.startsWith("role ")) {
            User.set(peer, User.named("somebody").roles(who.substring(5)));
        } else if (!who.equals("anonymous") && !who.equals("backend")) {
            User.set(peer, User.named(who));
        }
        AccessRequest request = AccessRequest.of(peer, action, name);
        return who.equals("backend") ? request.backend() : request;
    }

    @Override
    public boolean send(Message message) {
        return true;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public SocketAddress remoteAddress() {
        return InetSocketAddress.createUnresolved("peer", 1);
    }

    @Override
    public SocketAddress localAddress() {
        return InetSocketAddress.createUnresolved("server", 1);
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }
}

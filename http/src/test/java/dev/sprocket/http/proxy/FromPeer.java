package dev.sprocket.http.proxy;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Sets the remote address, which connections without a socket lack. */
public final class FromPeer implements MessageComponent<HttpConnection, Message> {
    private final SocketAddress peer;
    private final MessageComponent<HttpConnection, Message> inner;

    public FromPeer(String peer, MessageComponent<HttpConnection, Message> inner) {
        this.peer = new InetSocketAddress(peer, 1000);
        this.inner = inner;
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        inner.onOpen(new ForwardedConnection(conn, peer));
    }

    @Override
    public void onMessage(HttpConnection from, Message message) throws Exception {
        inner.onMessage(from, message);
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        inner.onClose(conn);
    }
}

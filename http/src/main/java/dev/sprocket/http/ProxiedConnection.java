package dev.sprocket.http;

import dev.sprocket.core.Facts;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.Failing;
import dev.sprocket.core.spi.StackedConnection;
import java.net.SocketAddress;

/**
 * A request that came by way of a proxy: the same connection, with the address of the client.
 *
 * @param remoteAddress the client's; its port is 0 if the proxy did not tell
 */
record ProxiedConnection(HttpConnection below, SocketAddress remoteAddress)
        implements HttpConnection, StackedConnection, Failing {
    @Override
    public boolean respond(HttpResponse response) {
        return below.respond(response);
    }

    @Override
    public boolean stream(HttpResponse head) {
        return below.stream(head);
    }

    @Override
    public boolean upgrade(HttpResponse switchingProtocols) {
        return below.upgrade(switchingProtocols);
    }

    @Override
    public void addHeader(String name, String value) {
        below.addHeader(name, value);
    }

    @Override
    public boolean send(Message message) {
        return below.send(message);
    }

    @Override
    public void close() {
        below.close();
    }

    @Override
    public void closeFailed(Throwable cause) {
        Failing.close(below, cause);
    }

    @Override
    public boolean isOpen() {
        return below.isOpen();
    }

    @Override
    public Facts facts() {
        return below.facts();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return below.toString();
    }
}

package dev.sprocket.http.proxy;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import java.net.SocketAddress;

/**
 * Connection of a request through a proxy, with the address of the client.
 *
 * @param remoteAddress address of the client; its port is 0 if the proxy does not send it
 */
record ForwardedConnection(HttpConnection underlying, SocketAddress remoteAddress)
        implements HttpConnection, StackedConnection {
    @Override
    public boolean respond(HttpResponse response) {
        return underlying.respond(response);
    }

    @Override
    public boolean stream(HttpResponse head) {
        return underlying.stream(head);
    }

    @Override
    public boolean upgrade(HttpResponse switchingProtocols) {
        return underlying.upgrade(switchingProtocols);
    }

    @Override
    public void addHeader(String name, String value) {
        underlying.addHeader(name, value);
    }

    /** Returns the attributes of the request, which has one connection only. */
    @Override
    public Attributes attributes() {
        return underlying.attributes();
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
        return underlying.toString();
    }
}

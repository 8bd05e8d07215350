package dev.sprocket.bridge.http;

import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.HttpLimits;
import dev.sprocket.pubsub.internal.bridge.BridgeSocket;

/**
 * Builder of {@link HttpBridge}.
 *
 * <p>Not thread-safe.
 */
public final class HttpBridgeBuilder {
    final HttpPush push;
    final BridgeSocket socket = new BridgeSocket();
    String path = "/push";
    String topics = "";
    HttpLimits limits = HttpLimits.DEFAULT;

    HttpBridgeBuilder(HttpPush push) {
        this.push = push;
    }

    /** Sets the listening address and port; port 0 selects a free port. */
    public HttpBridgeBuilder bind(String address, int number) {
        socket.bind(address, number);
        return this;
    }

    /** Sets the path of pushes; default: {@code /push}. */
    public HttpBridgeBuilder path(String other) {
        this.path = other;
        return this;
    }

    /** Sets the path of the list of topics, such as {@code /topics}; default: none. */
    public HttpBridgeBuilder topicsPath(String path) {
        this.topics = path;
        return this;
    }

    /** Sets the event loops, which other endpoints may share. */
    public HttpBridgeBuilder loops(EventLoops shared) {
        socket.loops(shared);
        return this;
    }

    /** Sets the limits of requests. */
    public HttpBridgeBuilder limits(HttpLimits other) {
        this.limits = other;
        return this;
    }

    /** Requires TLS. */
    public HttpBridgeBuilder tls(Tls certificate) {
        socket.tls(certificate);
        return this;
    }

    /**
     * Builds the bridge, not started yet.
     *
     * @throws IllegalStateException without backends on a non-loopback address
     */
    public HttpBridge build() {
        return new HttpBridge(this);
    }
}

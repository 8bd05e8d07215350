package dev.sprocket.bridge.http;

import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.HttpLimits;
import org.jspecify.annotations.Nullable;

/**
 * Builder of {@link HttpBridge}.
 *
 * <p>Not thread-safe.
 */
public final class HttpBridgeBuilder {
    final HttpPush push;
    String host = IoServer.DEFAULT_HOST;
    int port;
    String path = "/push";
    String topics = "";
    EventLoops loops = EventLoops.perCore();
    HttpLimits limits = HttpLimits.DEFAULT;

    @Nullable
    Tls tls;

    HttpBridgeBuilder(HttpPush push) {
        this.push = push;
    }

    /** Sets the listening address and port; port 0 selects a free port. */
    public HttpBridgeBuilder bind(String address, int number) {
        this.host = address;
        this.port = number;
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
        this.loops = shared;
        return this;
    }

    /** Sets the limits of requests. */
    public HttpBridgeBuilder limits(HttpLimits other) {
        this.limits = other;
        return this;
    }

    /** Requires TLS. */
    public HttpBridgeBuilder tls(Tls certificate) {
        this.tls = certificate;
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

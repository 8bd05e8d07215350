package dev.sprocket.bridge.http;

import dev.sprocket.core.EventLoops;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Tls;
import dev.sprocket.http.HttpLimits;
import org.jspecify.annotations.Nullable;

/**
 * Puts an {@link HttpBridge} together.
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

    /** Listens there; port 0 takes a free one. */
    public HttpBridgeBuilder bind(String address, int number) {
        this.host = address;
        this.port = number;
        return this;
    }

    /** Where to push: {@code /push} unless told otherwise. */
    public HttpBridgeBuilder path(String other) {
        this.path = other;
        return this;
    }

    /** Tells of topics there, as {@code /topics}; nowhere unless told. */
    public HttpBridgeBuilder topicsPath(String where) {
        this.topics = where;
        return this;
    }

    /** Uses these event loops, which other endpoints may share. */
    public HttpBridgeBuilder loops(EventLoops shared) {
        this.loops = shared;
        return this;
    }

    /** How much of a request is taken in. */
    public HttpBridgeBuilder limits(HttpLimits other) {
        this.limits = other;
        return this;
    }

    /** Serves TLS only. */
    public HttpBridgeBuilder tls(Tls certificate) {
        this.tls = certificate;
        return this;
    }

    /**
     * The bridge, not started yet. Throws {@link IllegalStateException} if it would listen beyond loopback and anybody may
     * push.
     */
    public HttpBridge build() {
        return new HttpBridge(this);
    }
}

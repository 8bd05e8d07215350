package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.HttpLimits;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.internal.loopback.LoopbackHostFilter;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.internal.bridge.BridgeSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/** Bridge that accepts HTTP pushes on a separate port. */
@ThreadSafe
public final class HttpBridge implements Endpoint {
    private final Endpoint server;

    HttpBridge(Builder options) {
        boolean authenticated = options.push.isAuthenticated();
        Router router = options.topics.isEmpty()
                ? options.push.on(new Router(), options.path)
                : options.push.on(new Router(), options.path, options.topics);
        this.server = options.socket.server(
                "bridge http",
                authenticated,
                "a backend with a token or a signing key",
                new HttpServer(authenticated ? router : new LoopbackHostFilter(router)).limits(options.limits));
    }

    /** Returns a builder of a bridge, by default on 127.0.0.1 and a free port. */
    public static Builder builder(HttpPush push) {
        return new Builder(push);
    }

    /**
     * Starts the bridge.
     *
     * @throws IllegalStateException without backends on a non-loopback address
     */
    @Override
    public void start() throws IOException {
        server.start();
    }

    @Override
    public void close(Duration deadline) {
        server.close(deadline);
    }

    @Override
    public SocketAddress address() {
        return server.address();
    }

    /**
     * Builder of {@link HttpBridge}.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {
        final HttpPush push;
        final BridgeSocket socket = new BridgeSocket();
        String path = "/push";
        String topics = "";
        HttpLimits limits = HttpLimits.DEFAULT;

        Builder(HttpPush push) {
            this.push = push;
        }

        /** Sets the listening address and port; port 0 selects a free port. */
        @CanIgnoreReturnValue
        public Builder bind(String address, int number) {
            socket.bind(address, number);
            return this;
        }

        /** Sets the path of pushes; default: {@code /push}. */
        @CanIgnoreReturnValue
        public Builder path(String other) {
            this.path = other;
            return this;
        }

        /** Sets the path of the list of topics, such as {@code /topics}; default: none. */
        @CanIgnoreReturnValue
        public Builder topicsPath(String path) {
            this.topics = path;
            return this;
        }

        /** Sets the event loops, which other endpoints may share. */
        @CanIgnoreReturnValue
        public Builder loops(EventLoops shared) {
            socket.loops(shared);
            return this;
        }

        /** Sets the limits of requests. */
        @CanIgnoreReturnValue
        public Builder limits(HttpLimits other) {
            this.limits = other;
            return this;
        }

        /** Requires TLS. */
        @CanIgnoreReturnValue
        public Builder tls(Tls certificate) {
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
}

package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.internal.loopback.LoopbackHostFilter;
import dev.sprocket.http.route.Router;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/** Bridge that accepts HTTP pushes on a separate port. */
@ThreadSafe
public final class HttpBridge implements Endpoint {
    private final Endpoint server;

    HttpBridge(HttpBridgeBuilder options) {
        boolean authenticated = options.push.isAuthenticated();
        Router router = options.topics.isEmpty()
                ? options.push.on(new Router(), options.path)
                : options.push.on(new Router(), options.path, options.topics);
        this.server = options.socket.server(
                "bridge http",
                authenticated,
                "a backend with a token or a signing key",
                new HttpServer(authenticated ? router : new LoopbackHostFilter(router), options.limits));
    }

    /** Returns a builder of a bridge, by default on 127.0.0.1 and a free port. */
    public static HttpBridgeBuilder builder(HttpPush push) {
        return new HttpBridgeBuilder(push);
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
}

package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.net.LoopbackOnly;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.io.IoServerBuilder;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.origin.LoopbackHostFilter;
import dev.sprocket.http.route.Router;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/** Bridge that accepts HTTP pushes on a separate port. */
@ThreadSafe
public final class HttpBridge implements Endpoint {
    private final IoServer server;
    private final String host;
    private final boolean authenticated;

    HttpBridge(HttpBridgeBuilder options) {
        this.host = options.host;
        this.authenticated = options.push.isAuthenticated();
        checkLoopback();
        Router router = options.topics.isEmpty()
                ? options.push.on(new Router(), options.path)
                : options.push.on(new Router(), options.path, options.topics);
        IoServerBuilder builder = IoServer.builder(
                        new HttpServer(authenticated ? router : new LoopbackHostFilter(router), options.limits))
                .bind(host, options.port)
                .loops(options.loops);
        this.server = (options.tls == null ? builder : builder.tls(options.tls)).build();
    }

    /** Returns a builder of a bridge, by default on 127.0.0.1 and a free port. */
    public static HttpBridgeBuilder builder(HttpPush push) {
        return new HttpBridgeBuilder(push);
    }

    private void checkLoopback() {
        LoopbackOnly.check("bridge http", host, authenticated, "a backend with a token or a signing key");
    }

    /**
     * Starts the bridge.
     *
     * @throws IllegalStateException without backends on a non-loopback address
     */
    @Override
    public void start() throws IOException {
        checkLoopback();
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

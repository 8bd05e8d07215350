package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.IoServerBuilder;
import dev.sprocket.core.spi.LoopbackOnly;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.LoopbackHostFilter;
import dev.sprocket.http.Router;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * Takes pushes by HTTP on a port of its own, apart from the public one.
 */
@ThreadSafe
public final class HttpBridge implements Endpoint {
    private final IoServer server;
    private final String host;
    private final boolean secured;

    HttpBridge(HttpBridgeBuilder options) {
        this.host = options.host;
        this.secured = options.push.isSecured();
        check();
        Router router = options.topics.isEmpty()
                ? options.push.on(new Router(), options.path)
                : options.push.on(new Router(), options.path, options.topics);
        IoServerBuilder builder = IoServer.builder(
                        new HttpServer(secured ? router : new LoopbackHostFilter(router), options.limits))
                .bind(host, options.port)
                .loops(options.loops);
        this.server = (options.tls == null ? builder : builder.tls(options.tls)).build();
    }

    /** A bridge for these pushes: on 127.0.0.1 and a free port, unless told otherwise. */
    public static HttpBridgeBuilder builder(HttpPush push) {
        return new HttpBridgeBuilder(push);
    }

    private void check() {
        LoopbackOnly.check("bridge http", host, secured, "a backend with a token or a signing key");
    }

    /** As {@link Endpoint#start}; throws {@link IllegalStateException} beyond loopback if anybody may push. */
    @Override
    public void start() throws IOException {
        check();
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

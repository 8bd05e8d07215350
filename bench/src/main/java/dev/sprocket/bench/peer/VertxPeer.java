package dev.sprocket.bench.peer;

import dev.sprocket.bench.client.WampText;
import dev.sprocket.core.tls.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.concurrent.TimeUnit;

/** Vert.x on epoll. */
final class VertxPeer implements Peer {
    private final Subscriptions<ServerWebSocket> rooms =
            new Subscriptions<>((room, event) -> room.forEach(socket -> socket.writeTextMessage(event)));

    public static void main(String[] args) throws Exception {
        Peer.main(new VertxPeer(), args);
    }

    @Override
    public void start(int port, Mode mode) throws Exception {
        start(port, mode, new HttpServerOptions());
    }

    @Override
    public void start(Arguments arguments) throws Exception {
        Setup setup = arguments.setup();
        HttpServerOptions options = new HttpServerOptions();
        if (setup.tls() != null) {
            options.setSsl(true)
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(ServerCertificate.certificate(arguments.certificate)
                                    .toString())
                            .setKeyPath(
                                    ServerCertificate.key(arguments.certificate).toString()))
                    .setSslEngineOptions(
                            setup.tls() == Tls.Provider.JDK ? new JdkSSLEngineOptions() : new OpenSSLEngineOptions());
        }
        start(
                arguments.port(),
                setup.mode(),
                options.setPerMessageWebSocketCompressionSupported(setup.deflate())
                        .setWebSocketAllowServerNoContext(true)
                        .setWebSocketPreferredClientNoContext(true));
    }

    private void start(int port, Mode mode, HttpServerOptions options) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        if (!vertx.isNativeTransportEnabled()) {
            throw new IllegalStateException("Vert.x without epoll", vertx.unavailableNativeTransportCause());
        }
        vertx.createHttpServer(options.addWebSocketSubProtocol("wamp")
                        .setAcceptBacklog(4096)
                        .setPerFrameWebSocketCompressionSupported(false))
                .webSocketHandler(socket -> {
                    if (mode == Mode.ECHO) {
                        socket.textMessageHandler(socket::writeTextMessage);
                    } else {
                        socket.textMessageHandler(text -> rooms.message(socket, text));
                        socket.closeHandler(gone -> rooms.unsubscribe(socket));
                        socket.writeTextMessage(WampText.WELCOME);
                    }
                })
                .listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }
}

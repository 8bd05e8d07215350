package dev.sprocket.bench.peer;

import dev.sprocket.bench.client.WampText;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
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
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        if (!vertx.isNativeTransportEnabled()) {
            throw new IllegalStateException("Vert.x without epoll", vertx.unavailableNativeTransportCause());
        }
        vertx.createHttpServer(new HttpServerOptions()
                        .addWebSocketSubProtocol("wamp")
                        .setAcceptBacklog(4096)
                        .setPerMessageWebSocketCompressionSupported(false)
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

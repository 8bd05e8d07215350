package dev.sprocket.bench.peer;

import dev.sprocket.bench.client.WampText;
import io.undertow.Undertow;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.core.protocol.Handshake;
import io.undertow.websockets.core.protocol.version13.Hybi13Handshake;
import java.util.Collection;
import java.util.Set;
import org.xnio.Options;

/** Undertow with one I/O thread. */
final class UndertowPeer implements Peer {
    private final Subscriptions<WebSocketChannel> rooms =
            new Subscriptions<>((room, event) -> room.forEach(channel -> WebSockets.sendText(event, channel, null)));

    public static void main(String[] args) throws Exception {
        Peer.main(new UndertowPeer(), args);
    }

    @Override
    public void start(int port, Mode mode) {
        Collection<Handshake> wamp = Set.of(new Hybi13Handshake(Set.of("wamp"), false));
        Undertow.builder()
                .addHttpListener(port, "127.0.0.1")
                .setIoThreads(1)
                .setWorkerThreads(1)
                .setSocketOption(Options.BACKLOG, 4096)
                .setHandler(new WebSocketProtocolHandshakeHandler(
                        wamp, (WebSocketConnectionCallback) (exchange, channel) -> begin(channel, mode)))
                .build()
                .start();
    }

    private void begin(WebSocketChannel channel, Mode mode) {
        if (mode == Mode.FANOUT) {
            WebSockets.sendText(WampText.WELCOME, channel, null);
            channel.addCloseTask(rooms::unsubscribe);
        }
        channel.getReceiveSetter().set(new AbstractReceiveListener() {
            @Override
            protected void onFullTextMessage(WebSocketChannel from, BufferedTextMessage message) {
                if (mode == Mode.ECHO) {
                    WebSockets.sendText(message.getData(), from, null);
                } else {
                    rooms.message(from, message.getData());
                }
            }
        });
        channel.resumeReceives();
    }
}

package dev.sprocket.bench.peer;

import dev.sprocket.bench.client.WampText;
import dev.sprocket.core.tls.Tls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Netty's WebSocket handlers.
 *
 * <p>Flushes echoes once per read, and events once per subscriber.
 */
final class NettyPeer implements Peer {
    private final Subscriptions.Broadcast<Channel> broadcast;

    NettyPeer(Subscriptions.Broadcast<Channel> broadcast) {
        this.broadcast = broadcast;
    }

    public static void main(String[] args) throws Exception {
        Subscriptions.Broadcast<Channel> each =
                (room, event) -> room.forEach(channel -> channel.writeAndFlush(new TextWebSocketFrame(event)));
        Peer.main(new NettyPeer(each), args);
    }

    @Override
    public void start(int port, Mode mode) throws Exception {
        start(port, Setup.of(mode), null);
    }

    @Override
    public void start(Arguments arguments) throws Exception {
        Setup setup = arguments.setup();
        start(arguments.port(), setup, setup.tls() == null ? null : context(setup.tls(), arguments.certificate));
    }

    private static SslContext context(Tls.Provider provider, Path certificate) throws SSLException {
        SslContext context = SslContextBuilder.forServer(
                        ServerCertificate.certificate(certificate).toFile(),
                        ServerCertificate.key(certificate).toFile())
                .sslProvider(provider == Tls.Provider.JDK ? SslProvider.JDK : SslProvider.OPENSSL)
                .build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            // without keys, Netty's OpenSSL does not resume TLS 1.3
            byte[] key = new byte[OpenSslSessionTicketKey.TICKET_KEY_SIZE];
            new SecureRandom().nextBytes(key);
            byte[] name = Arrays.copyOf(key, OpenSslSessionTicketKey.NAME_SIZE);
            sessions.setTicketKeys(new OpenSslSessionTicketKey(
                    name,
                    Arrays.copyOfRange(
                            key,
                            OpenSslSessionTicketKey.NAME_SIZE,
                            OpenSslSessionTicketKey.NAME_SIZE + OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                    Arrays.copyOfRange(
                            key,
                            OpenSslSessionTicketKey.NAME_SIZE + OpenSslSessionTicketKey.HMAC_KEY_SIZE,
                            OpenSslSessionTicketKey.TICKET_KEY_SIZE)));
        }
        return context;
    }

    private void start(int port, Setup setup, @Nullable SslContext tls) throws Exception {
        SimpleChannelInboundHandler<?> app =
                setup.mode() == Mode.ECHO ? new Echo() : new Fanout(new Subscriptions<>(broadcast));
        new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(new HttpServerCodec()).addLast(new HttpObjectAggregator(65536));
                        if (setup.deflate()) {
                            channel.pipeline()
                                    .addLast(new WebSocketServerExtensionHandler(
                                            new PerMessageDeflateServerExtensionHandshaker(
                                                    6, true, 15, true, true, 0)));
                        }
                        channel.pipeline()
                                .addLast(new WebSocketServerProtocolHandler("/", "wamp", setup.deflate()))
                                .addLast(app);
                    }
                })
                .bind("127.0.0.1", port)
                .sync();
    }

    @Sharable
    private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            ctx.write(frame.retain());
        }

        /** Flushes once per read, the usual practice with Netty. */
        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }
    }

    @Sharable
    private static final class Fanout extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        private final Subscriptions<Channel> rooms;

        Fanout(Subscriptions<Channel> rooms) {
            this.rooms = rooms;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof HandshakeComplete) {
                ctx.writeAndFlush(new TextWebSocketFrame(WampText.WELCOME));
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
            rooms.message(ctx.channel(), frame.text());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            rooms.unsubscribe(ctx.channel());
        }
    }
}

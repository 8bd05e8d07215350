package dev.sprocket.bench.peer;

import dev.sprocket.bench.client.WampText;
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
        SimpleChannelInboundHandler<?> app =
                mode == Mode.ECHO ? new Echo() : new Fanout(new Subscriptions<>(broadcast));
        new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(65536))
                                .addLast(new WebSocketServerProtocolHandler("/", "wamp"))
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

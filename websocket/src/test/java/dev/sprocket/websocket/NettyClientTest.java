package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketClientExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketClientCompressionHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compression with Netty's client, which Reactor Netty, Spring WebFlux and async-http-client use. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
class NettyClientTest {
    private static final EventLoopGroup LOOP = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private static final List<IoServer> SERVERS = new ArrayList<>();

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @BeforeAll
    static void serve() throws Exception {
        Deflate all = Deflate.DEFAULT.threshold(0);
        for (Deflate each : List.of(
                all, all.serverContextTakeover(), all.clientMemory(0), Deflate.DEFAULT.serverContextTakeover())) {
            IoServer server = IoServer.builder(new HttpServer(new WsServer(new EchoServer()).compress(each)))
                    .bind(0)
                    .build();
            server.start();
            SERVERS.add(server);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        SERVERS.forEach(IoServer::close);
        LOOP.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    /** Uses the handler without options, as frameworks do. */
    @Test
    void default_compression_handler_receives_its_echoes() throws Exception {
        for (IoServer server : SERVERS) {
            echoMessages(server, () -> new WebSocketClientCompressionHandler(0));
        }
    }

    @Test
    void all_compression_parameters_receive_their_echoes() throws Exception {
        for (IoServer server : SERVERS) {
            for (int i = 0; i < 8; i++) {
                boolean offersWindow = (i & 1) != 0;
                boolean clientNoContext = (i & 2) != 0;
                boolean serverNoContext = (i & 4) != 0;
                echoMessages(
                        server,
                        () -> new WebSocketClientExtensionHandler(new PerMessageDeflateClientExtensionHandshaker(
                                6, offersWindow, 15, clientNoContext, serverNoContext, 0)));
            }
        }
    }

    private void echoMessages(IoServer server, Supplier<WebSocketClientExtensionHandler> compression) throws Exception {
        Channel client = connect(server, compression.get());
        try {
            assertThat(next()).isEqualTo("HANDSHAKE_ISSUED");
            assertThat(next()).isEqualTo("HANDSHAKE_COMPLETE");
            Random random = new Random(7);
            for (int size : new int[] {0, 1, 125, 126, 1000, 1000, 1000, 40_000, 65_536, 200_000}) {
                String text = "compress me ".repeat(size / 12 + 1).substring(0, size);
                client.writeAndFlush(new TextWebSocketFrame(text));
                assertThat(next()).isEqualTo("text " + text);
                byte[] noise = new byte[size];
                random.nextBytes(noise);
                client.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(noise)));
                assertThat(next()).isEqualTo("binary " + ByteBufUtil.hexDump(noise));
            }
            client.write(new TextWebSocketFrame(false, 0, "frag"));
            client.write(new ContinuationWebSocketFrame(false, 0, "men"));
            client.writeAndFlush(new ContinuationWebSocketFrame(true, 0, "ted"));
            assertThat(next()).isEqualTo("text fragmented");
            client.writeAndFlush(new CloseWebSocketFrame(1000, "bye"));
            assertThat(next()).isEqualTo("closed");
        } finally {
            client.close().sync();
        }
    }

    private String next() throws InterruptedException {
        String event = events.poll(30, TimeUnit.SECONDS);
        return event == null ? "nothing" : event;
    }

    private Channel connect(IoServer server, WebSocketClientExtensionHandler compression) throws Exception {
        WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri("ws://127.0.0.1:" + server.port() + "/")
                .allowExtensions(true)
                .maxFramePayloadLength(1 << 20)
                .build();
        return new Bootstrap()
                .group(LOOP)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(8192),
                                        compression,
                                        new WebSocketClientProtocolHandler(config),
                                        new WebSocketFrameAggregator(1 << 20),
                                        new Events());
                    }
                })
                .connect("127.0.0.1", server.port())
                .sync()
                .channel();
    }

    private final class Events extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame text) {
                events.add("text " + text.text());
            } else if (frame instanceof BinaryWebSocketFrame) {
                events.add("binary " + ByteBufUtil.hexDump(frame.content()));
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ClientHandshakeStateEvent state) {
                events.add(state.name());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            events.add("failed " + cause);
            ctx.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            events.add("closed");
        }
    }
}

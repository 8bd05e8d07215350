package dev.sprocket.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.testkit.WsPeer;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** WebSocket client over HTTP/2, based on Netty's HTTP/2 client. */
final class Http2WebSocket implements AutoCloseable {
    /** Event loop of the connection. Null if another WebSocket owns the connection. */
    private final @Nullable EventLoopGroup group;

    private final Channel connection;
    private final Http2StreamChannel stream;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> statuses = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private Http2WebSocket(@Nullable EventLoopGroup group, Channel connection, Http2Headers headers) throws Exception {
        this.group = group;
        this.connection = connection;
        this.stream = new Http2StreamChannelBootstrap(connection)
                .handler(new Listener())
                .open()
                .get(20, TimeUnit.SECONDS);
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(headers, false)).sync();
    }

    private static Http2Headers webSocket(String path) {
        Http2Headers headers = headers("CONNECT", path).add("sec-websocket-version", "13");
        return headers.add(":protocol", "websocket");
    }

    static Http2Headers headers(String method, String path) {
        return new DefaultHttp2Headers()
                .method(method)
                .scheme("https")
                .authority("localhost")
                .path(path);
    }

    static Http2WebSocket connect(int port, String path) throws Exception {
        return connect(port, webSocket(path));
    }

    /** Opens a stream with these headers and leaves it open. */
    static Http2WebSocket connect(int port, Http2Headers headers) throws Exception {
        SslContext tls = SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"))
                .build();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        BlockingQueue<Boolean> connectProtocol = new LinkedBlockingQueue<>();
        Channel connection = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        tls.newHandler(channel.alloc(), "localhost", port),
                                        Http2FrameCodecBuilder.forClient().build(),
                                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
                                        new ChannelInboundHandlerAdapter() {
                                            @Override
                                            public void channelRead(ChannelHandlerContext ctx, Object frame) {
                                                if (frame instanceof Http2SettingsFrame settings) {
                                                    connectProtocol.add(Boolean.TRUE.equals(
                                                            settings.settings().connectProtocolEnabled()));
                                                }
                                                ReferenceCountUtil.release(frame);
                                            }
                                        });
                    }
                })
                .connect("127.0.0.1", port)
                .sync()
                .channel();
        assertThat(connectProtocol.poll(20, TimeUnit.SECONDS))
                .as("SETTINGS_ENABLE_CONNECT_PROTOCOL")
                .isEqualTo(true);
        return new Http2WebSocket(group, connection, headers);
    }

    /** Opens another WebSocket on the same connection. */
    Http2WebSocket openAnother(String path) throws Exception {
        return new Http2WebSocket(null, connection, webSocket(path));
    }

    private final class Listener extends ChannelInboundHandlerAdapter {
        private final ByteBuf bytes = Unpooled.buffer();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            if (frame instanceof Http2HeadersFrame headers) {
                statuses.add(headers.headers().status().toString());
                end(headers.isEndStream());
            } else if (frame instanceof Http2DataFrame data) {
                bytes.writeBytes(data.content());
                take();
                end(data.isEndStream());
            }
            ReferenceCountUtil.release(frame);
        }

        /** Decodes received frames of up to 125 bytes. */
        private void take() {
            while (bytes.readableBytes() >= 2 && bytes.readableBytes() >= 2 + bytes.getByte(bytes.readerIndex() + 1)) {
                int opcode = bytes.readByte() & 0x0F;
                ByteBuf payload = bytes.readSlice(bytes.readByte());
                received.add(
                        opcode == 8
                                ? "close " + payload.readUnsignedShort()
                                : payload.toString(StandardCharsets.UTF_8));
            }
        }

        private void end(boolean now) {
            if (now) {
                ended.countDown();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            ended.countDown();
        }
    }

    String status() throws InterruptedException {
        return statuses.poll(20, TimeUnit.SECONDS);
    }

    String next() throws InterruptedException {
        return received.poll(20, TimeUnit.SECONDS);
    }

    void send(String text) {
        send(WsPeer.frame(true, 1, text.getBytes(StandardCharsets.UTF_8)));
    }

    void send(byte[] frame) {
        stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(frame)));
    }

    void awaitEnd() throws InterruptedException {
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws InterruptedException {
        if (group == null) {
            stream.close().sync();
            return;
        }
        connection.close().sync();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
}

package dev.sprocket.http;

import dev.sprocket.core.Connection;
import dev.sprocket.core.spi.Ending;
import dev.sprocket.core.spi.Segment;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that speaks HTTP/2 (RFC 9113): Netty takes it apart, each stream has a pipeline of its own. */
final class Http2 extends ChannelInboundHandlerAdapter {
    /** How many requests of one connection may be under way at once. */
    private static final int STREAMS = 100;
    /** How many bytes of a stream may be under way to us: what a body is read in. */
    private static final int WINDOW = 256 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final Connection below;
    private final Set<Channel> streams = new LinkedHashSet<>();
    private boolean stopping;

    private Http2(Connection below) {
        this.below = below;
    }

    static void install(Connection conn, Function<Connection, HttpHandler> handlers, HttpLimits limits) {
        Http2 parent = new Http2(conn);
        Http2Settings settings = Http2Settings.defaultSettings()
                .maxConcurrentStreams(STREAMS)
                .initialWindowSize(WINDOW)
                .maxHeaderListSize(limits.head())
                // a stream may become a WebSocket (RFC 8441 3)
                .connectProtocolEnabled(true);
        Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(settings)
                .validateHeaders(true)
                .build();
        Http2MultiplexHandler multiplex = new Http2MultiplexHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                parent.add(stream, handlers);
            }
        });
        Segment.of(conn).install(codec, multiplex, parent);
    }

    private void add(Channel stream, Function<Connection, HttpHandler> handlers) {
        streams.add(stream);
        stream.closeFuture().addListener(closed -> remove(stream));
        Http2Stream.open(stream, below, handlers);
    }

    private void remove(Channel stream) {
        streams.remove(stream);
        if (stopping && streams.isEmpty()) {
            below.close();
        }
    }

    /** The server stops: no new requests; those under way may be answered, and WebSockets say goodbye. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Ending ending && ending.cause() == Ending.Cause.SERVER_STOPS && !streams.isEmpty()) {
            ending.take();
            stopping = true;
            Segment.of(below).outbound().write(ctx, new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
            for (Channel stream : Set.copyOf(streams)) {
                Ending own = new Ending(ending.cause());
                stream.pipeline().fireUserEventTriggered(own);
                if (!own.isTaken()) {
                    stream.close();
                }
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** Frames of the connection itself (settings, pings), which the codec has dealt with. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        ReferenceCountUtil.release(frame);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.info("{} closed: HTTP/2: {}", below, cause.getMessage());
        below.close();
    }
}

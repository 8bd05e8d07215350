package dev.sprocket.http;

import dev.sprocket.core.Connection;
import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A connection that speaks HTTP/2 (RFC 9113): Netty takes it apart, each stream has a pipeline of its own. */
final class Http2 extends ChannelInboundHandlerAdapter implements LoopTimer.Task {
    /** How many requests of one connection may be under way at once. */
    private static final int MAX_STREAMS = 100;
    /** How many bytes of a stream may be under way to us: what a body is read in. */
    private static final int INITIAL_WINDOW = 256 * 1024;
    /** How large a head may be and still be read, to be refused with 431; past it the connection ends. */
    private static final int MAX_READABLE_HEAD = 256 * 1024;

    /** How many requests may be reset within {@link #RESETS_SECONDS}, by the client or by us, as it can make us do. */
    private static final int MAX_RESETS = 200;

    private static final int RESETS_SECONDS = 30;

    private static final PeerLog LOG = PeerLog.of(HttpServer.class);

    private final Connection underlying;
    private final Set<Channel> streams = new LinkedHashSet<>();
    private final TimeoutTracker timeouts;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Http2Rules rules;
    private boolean beforeFirstRequest = true;
    private boolean stopping;

    private Http2(Connection below, HttpTimeouts timeouts) {
        this.underlying = below;
        this.timeouts = new TimeoutTracker(timeouts);
    }

    static void install(
            Connection conn, Function<Connection, HttpHandler> handlers, HttpLimits limits, HttpTimeouts timeouts) {
        Http2 parent = new Http2(conn, timeouts);
        Http2Settings settings = Http2Settings.defaultSettings()
                .maxConcurrentStreams(MAX_STREAMS)
                .initialWindowSize(INITIAL_WINDOW)
                .maxHeaderListSize(Math.max(4L * limits.head(), MAX_READABLE_HEAD))
                // a stream may become a WebSocket (RFC 8441 3)
                .connectProtocolEnabled(true);
        PipelineContext segment = PipelineContext.of(conn);
        Http2CodecBuilder builder = new Http2CodecBuilder(
                INITIAL_WINDOW, InboundBudget.of(conn).newReservation(() -> segment.onLoop(parent::evicted)));
        Http2FrameCodec codec = builder.initialSettings(settings)
                .validateHeaders(true)
                .validateRequiredPseudoHeaders(true)
                .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS)
                .build();
        parent.rules = builder.rules();
        Http2MultiplexHandler multiplex = new Http2MultiplexHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                parent.addStream(stream, handlers, limits);
            }
        });
        segment.install(codec, multiplex, parent);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        LoopTimer.of(PipelineContext.of(underlying).outbound().loop()).add(this);
    }

    /** The time limits of a stream are its own; here are those of a connection without any. */
    @Override
    public boolean tick(long now) {
        if (!underlying.isOpen()) {
            return false;
        }
        TimeoutTracker.Phase phase = phase();
        if (timeouts.isExpired(phase, now)) {
            if (phase == TimeoutTracker.Phase.HEAD) {
                LOG.info(
                        underlying,
                        "{} closed: no whole head within {} ms",
                        underlying,
                        timeouts.limit(phase).toMillis());
            }
            goAway();
            underlying.close();
        }
        return true;
    }

    private TimeoutTracker.Phase phase() {
        if (beforeFirstRequest || (rules != null && rules.isInHead())) {
            return TimeoutTracker.Phase.HEAD;
        }
        return streams.isEmpty() ? TimeoutTracker.Phase.NEXT_REQUEST : TimeoutTracker.Phase.NONE;
    }

    /** The unfinished heads of all connections are too much, and this has most of them. */
    private void evicted() {
        if (underlying.isOpen()) {
            LOG.info(
                    underlying, "{} closed: too much unfinished input in sum (raise inbound-memory-limit)", underlying);
            goAway();
            underlying.close();
        }
    }

    private void goAway() {
        PipelineContext.of(underlying)
                .outbound()
                .write(Objects.requireNonNull(context), new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
    }

    private void addStream(Channel stream, Function<Connection, HttpHandler> handlers, HttpLimits limits) {
        beforeFirstRequest = false;
        timeouts.progress();
        streams.add(stream);
        stream.closeFuture().addListener(closed -> removeStream(stream));
        Http2Stream.open(stream, underlying, handlers, limits);
    }

    private void removeStream(Channel stream) {
        streams.remove(stream);
        if (stopping && streams.isEmpty()) {
            underlying.close();
        }
    }

    /** The server stops: no new requests; those under way may be answered, and WebSockets say goodbye. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof CloseRequest ending
                && ending.cause() == CloseRequest.Cause.SERVER_SHUTDOWN
                && !streams.isEmpty()) {
            ending.claim();
            stopping = true;
            goAway();
            for (Channel stream : Set.copyOf(streams)) {
                CloseRequest own = new CloseRequest(ending.cause());
                stream.pipeline().fireUserEventTriggered(own);
                if (!own.isClaimed()) {
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

    /** The codec tells the client why (RFC 9113 5.4.1), once it has told us. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.info(underlying, "{} closed: HTTP/2: {}", underlying, cause.getMessage());
        ctx.executor().execute(underlying::close);
    }
}

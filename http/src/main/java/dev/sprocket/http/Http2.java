package dev.sprocket.http;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.http.internal.h2.Http2CodecBuilder;
import dev.sprocket.http.internal.h2.Http2Rules;
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

/**
 * Handler of an HTTP/2 connection (RFC 9113).
 *
 * <p>Netty decodes the frames, and each stream has its own pipeline. Confined to the connection's event loop.
 */
final class Http2 extends ChannelInboundHandlerAdapter implements LoopTimer.Task {
    /** Maximum number of concurrent requests per connection. */
    private static final int MAX_STREAMS = 100;
    /** Receive window of a stream, in bytes. */
    private static final int INITIAL_WINDOW = 256 * 1024;
    /** Maximum size of a head that is still parsed, to be rejected with 431. A larger head closes the connection. */
    private static final int MAX_READABLE_HEAD = 256 * 1024;

    /** Maximum number of stream resets within {@link #RESETS_SECONDS}, by the client or provoked by it. */
    private static final int MAX_RESETS = 200;

    private static final int RESETS_SECONDS = 30;

    private static final PeerLog LOG = HttpLog.LOG;

    private final Connection underlying;
    private final Set<Channel> streams = new LinkedHashSet<>();
    private final TimeoutTracker timeouts;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Http2Rules rules;
    private boolean beforeFirstRequest = true;
    private boolean stopping;

    private Http2(Connection underlying, HttpTimeouts timeouts) {
        this.underlying = underlying;
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
        PipelineContext pipeline = PipelineContext.of(conn);
        Http2CodecBuilder builder = new Http2CodecBuilder(
                INITIAL_WINDOW, InboundBudget.of(conn).newReservation(() -> pipeline.onLoop(parent::evicted)));
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
        pipeline.install(codec, multiplex, parent);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        PipelineContext.of(underlying).timer().add(this);
        CoreMetrics.changed(CoreMetrics.Protocol.TCP, CoreMetrics.Protocol.HTTP_2);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        CoreMetrics.changed(CoreMetrics.Protocol.HTTP_2, CoreMetrics.Protocol.TCP);
    }

    /** Enforces the timeouts of a connection without requests. Each stream enforces its own. */
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
                        "connection closed, request headers incomplete: peer={} timeoutMs={}",
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

    /** Called when the inbound budget evicts this connection (highest product of bytes and seconds held). */
    private void evicted() {
        if (underlying.isOpen()) {
            LOG.info(
                    underlying,
                    "connection evicted to free inbound memory: peer={} limitBytes={}"
                            + " (many peers: raise inbound-memory-limit; one network: block it)",
                    underlying,
                    InboundBudget.of(underlying).limit());
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

    /**
     * Stops accepting requests when the server stops.
     *
     * <p>Open requests may still be answered, and WebSockets perform the closing handshake.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof CloseRequest request
                && request.reason().type() == CloseReason.Type.SHUTDOWN
                && !streams.isEmpty()) {
            request.claim();
            stopping = true;
            goAway();
            for (Channel stream : Set.copyOf(streams)) {
                CloseRequest streamRequest = new CloseRequest(request.reason());
                stream.pipeline().fireUserEventTriggered(streamRequest);
                if (!streamRequest.isClaimed()) {
                    stream.close();
                }
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** Discards frames of the connection itself (settings, pings), which the codec has handled. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        ReferenceCountUtil.release(frame);
    }

    /** Closes the connection; the codec has sent the error to the client (RFC 9113 5.4.1). */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.info(underlying, "connection closed, HTTP/2 error: peer={} cause={}", underlying, cause.getMessage());
        ctx.executor().execute(underlying::close);
    }

    @Override
    public String toString() {
        return "HTTP/2 timeouts of " + underlying;
    }
}

package dev.sprocket.http;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.internal.log.AccessRecord;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.internal.transport.ReadPath;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.internal.exchange.HttpCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Per-connection handler of {@link HttpServer}: aggregates requests, runs exchanges, enforces timeouts.
 *
 * <p>Handles one exchange at a time. Confined to the connection's event loop.
 */
final class HttpHandler extends ChannelInboundHandlerAdapter implements RequestLoop, LoopTimer.Task {
    private static final PeerLog LOG = HttpLog.LOG;

    private final MessageComponent<? super HttpConnection, ? super Message> app;
    private final Connection underlying;
    private final PipelineContext pipeline;
    /** Null after an upgrade. */
    private @Nullable RequestAggregator aggregator;

    private @Nullable TimeoutTracker timeouts;
    private @Nullable MinimumBodyRate bodyRate;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable HttpCodec codec;
    private @Nullable HttpExchange exchange;
    private final boolean acceptsHead;
    /** The client waits for 100 (Continue) before it sends the body. */
    private boolean continueExpected;
    /** Reads are paused because no component has requested the body. */
    private boolean bodyPaused;

    /** The connection is upgraded, and no component wants its bytes. */
    private boolean passesReads;

    private boolean beforeFirstRequest = true;
    private boolean rejected;
    private boolean inactive;
    private @Nullable CloseReason closeReason;

    HttpHandler(
            MessageComponent<? super HttpConnection, ? super Message> app,
            Connection underlying,
            HttpLimits limits,
            HttpTimeouts timeouts) {
        this.app = app;
        this.acceptsHead = RequestHeadListener.accepts(app);
        this.underlying = underlying;
        this.pipeline = PipelineContext.of(underlying);
        this.aggregator = new RequestAggregator(
                limits, Tls.session(underlying).isPresent() ? "https" : "http", this::newReservation);
        this.timeouts = new TimeoutTracker(timeouts);
        this.bodyRate = new MinimumBodyRate(timeouts);
    }

    /** Sets the codec; called before this handler is added to the pipeline. */
    HttpHandler withCodec(HttpCodec httpCodec) {
        codec = httpCodec;
        return this;
    }

    private HttpCodec codec() {
        return Objects.requireNonNull(codec);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        pipeline.timer().add(this);
        if (!isStream(added)) {
            CoreMetrics.changed(CoreMetrics.Protocol.TCP, CoreMetrics.Protocol.HTTP_1);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        if (!isStream(removed)) {
            CoreMetrics.changed(CoreMetrics.Protocol.HTTP_1, CoreMetrics.Protocol.TCP);
        }
    }

    private static boolean isStream(ChannelHandlerContext of) {
        return of.channel() instanceof Http2StreamChannel;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) throws Exception {
        if (passesReads && exchange != null && exchange.isOpen()) {
            context.fireChannelRead(read);
            return;
        }
        try {
            if (exchange != null && read instanceof ByteBuf bytes) {
                deliver(exchange, bytes);
            } else if (!rejected) {
                if (read instanceof io.netty.handler.codec.http.HttpRequest request) {
                    beginRequest(request);
                }
                if (read instanceof HttpContent part && !rejected) {
                    addContent(part);
                }
            }
        } finally {
            ReferenceCountUtil.release(read);
        }
    }

    private void deliver(HttpExchange upgraded, ByteBuf bytes) {
        Message message = BorrowedMessages.binary(bytes);
        try {
            upgraded.deliver(app, message);
        } finally {
            BorrowedMessages.invalidate(message);
        }
    }

    /** Reserves inbound budget for the unfinished input of a request. */
    InboundBudget.Reservation newReservation() {
        return InboundBudget.of(underlying).newReservation(() -> pipeline.onLoop(this::evicted));
    }

    /** Called when the inbound budget evicts this connection (highest product of bytes and seconds held). */
    private void evicted() {
        if (inactive || rejected || aggregator == null) {
            return;
        }
        LOG.info(
                underlying,
                "connection evicted to free inbound memory: peer={} request=\"{}\" limitBytes={}"
                        + " (many peers: raise inbound-memory-limit; one network: block it)",
                underlying,
                aggregator,
                InboundBudget.of(underlying).limit());
        if (exchange == null || aggregator.isInProgress()) {
            reject(RequestAggregator.overBudgetResponse());
        } else {
            // the input is pipelined behind a request that is being answered
            underlying.close();
        }
    }

    private void beginRequest(io.netty.handler.codec.http.HttpRequest request) {
        beforeFirstRequest = false;
        timeouts().progress();
        bodyRate().reset();
        HttpResponse rejection = aggregator().begin(request, codec());
        if (rejection != null) {
            reject(rejection);
            return;
        }
        continueExpected = HttpUtil.is100ContinueExpected(request);
        if (acceptsHead && codec().hasBody(request)) {
            HttpExchange opened = newExchange(aggregator().requestWithPendingBody());
            exchange = opened;
            opened.open();
            if (exchange == opened && opened.isBodyUnrequested() && aggregator != null && !bodyPaused) {
                bodyPaused = true;
                pipeline.pauseReads();
            }
        } else {
            readBody();
        }
    }

    private HttpExchange newExchange(HttpRequest request) {
        return new HttpExchange(this, pipeline, context(), app, underlying, request);
    }

    @Override
    public void readBody() {
        resumeReads();
        if (continueExpected) {
            continueExpected = false;
            timeouts().progress();
            bodyRate().reset();
            pipeline.outbound()
                    .write(
                            context(),
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private void resumeReads() {
        if (bodyPaused) {
            bodyPaused = false;
            timeouts().progress();
            bodyRate().reset();
            pipeline.resumeReads();
        }
    }

    private void addContent(HttpContent part) {
        timeouts().progress();
        bodyRate().add(part.content().readableBytes());
        HttpResponse rejection = aggregator().add(part, context().alloc());
        if (rejection != null) {
            reject(rejection);
        } else if (part instanceof LastHttpContent) {
            RequestAggregator.AggregatedRequest completed = aggregator().complete();
            if (completed != null) {
                continueExpected = false;
                resumeReads();
                HttpExchange headExchange = exchange;
                HttpExchange opened = headExchange == null ? newExchange(completed.request()) : headExchange;
                exchange = opened;
                opened.bodyReceived(completed);
                if (headExchange == null) {
                    opened.open();
                }
            }
        }
    }

    /** Responds to a request that never became a connection, or aborts its exchange. */
    private void reject(HttpResponse response) {
        rejected = true;
        aggregator().discard();
        resumeReads();
        if (exchange != null) {
            HttpExchange openExchange = exchange;
            if (!openExchange.respond(response)) {
                openExchange.abort();
            }
            return;
        }
        HttpResponse rejection =
                response.withHeaders(CorsHeaders.of(app, aggregator().requestForRejection()));
        ResponseWriter writer = newWriter(underlying, aggregator());
        writer.writeFull(rejection, aggregator().isHeadMethod(), true);
        AccessRecord record = AccessRecord.ofRejected(underlying);
        if (record != null) {
            record.end(
                    AccessLines.peer(null, underlying.remoteAddress()),
                    AccessLines.request(aggregator().requestForRejection()),
                    writer.status(),
                    writer.bodyBytes(0));
        }
        pipeline.outbound().closeLingering();
    }

    @Override
    public boolean tick(long now) {
        if (inactive || rejected || timeouts == null || (exchange != null && exchange.isUpgraded())) {
            return false;
        }
        if (!pipeline.inbound().isReading() && aggregator().isInProgress() && !bodyPaused) {
            // the awaited bytes may have arrived while reads are paused
            timeouts().progress();
        }
        TimeoutTracker.Phase phase = phase();
        String violation = phase == TimeoutTracker.Phase.BODY
                ? bodyRate().violation(now, !pipeline.inbound().isReading())
                : null;
        if (timeouts().isExpired(phase, now)) {
            expire(phase);
        } else if (violation != null) {
            reject(HttpResponse.error(408, violation));
        }
        return true;
    }

    private TimeoutTracker.Phase phase() {
        boolean inBody = aggregator().isInProgress() && !continueExpected && !bodyPaused;
        if (exchange != null && !(inBody && exchange.isAwaitingResponse())) {
            return exchange.phase();
        }
        if (inBody) {
            return TimeoutTracker.Phase.BODY;
        }
        return beforeFirstRequest || codec().isInHead() ? TimeoutTracker.Phase.HEAD : TimeoutTracker.Phase.NEXT_REQUEST;
    }

    private void expire(TimeoutTracker.Phase phase) {
        String limit = timeouts().limit(phase).toMillis() + " ms";
        switch (phase) {
            case HEAD -> reject(HttpResponse.error(408, "request headers incomplete after " + limit));
            case BODY -> reject(HttpResponse.error(408, "no body data within " + limit));
            case RESPONSE -> Objects.requireNonNull(exchange).expire(limit);
            case FILE -> {
                LOG.info(
                        underlying,
                        "connection closed, client stopped reading a file: peer={} timeoutMs={}",
                        underlying,
                        timeouts().limit(phase).toMillis());
                Objects.requireNonNull(exchange).abort();
            }
            case NEXT_REQUEST -> underlying.close();
            case NONE -> {}
        }
    }

    @Override
    public void exchangeFinished(boolean close) {
        exchange = null;
        timeouts().progress();
        boolean bodyLeft = aggregator().isInProgress();
        if (bodyLeft) {
            aggregator().discard();
            resumeReads();
        }
        if (close || bodyLeft || isLastRequest() || !underlying.isOpen()) {
            rejected = true;
            pipeline.outbound().closeLingering();
        } else {
            try {
                boolean caughtUp = codec().resume();
                if (caughtUp && exchange == null && closeReason != null) {
                    pipeline.outbound().closeLingering();
                }
            } catch (Exception e) {
                exceptionCaught(context(), e);
            }
        }
    }

    @Override
    public boolean isLastRequest() {
        return closeReason == CloseReason.SHUTDOWN;
    }

    @Override
    public void forwardUpgraded() {
        HttpCodec httpCodec = codec();
        // an upgraded connection may stay open for days: release the state of the request
        codec = null;
        aggregator = null;
        timeouts = null;
        bodyRate = null;
        httpCodec.forwardRemaining();
        if (exchange != null && ReadPath.isFree(app, exchange)) {
            passesReads = true;
            pipeline.passReads(context(), exchange);
        }
        if (closeReason != null) {
            context().pipeline().fireUserEventTriggered(new CloseRequest(closeReason));
        }
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    @Override
    public ResponseWriter newWriter(Object peer, Object request) {
        return new ResponseWriter(pipeline, context(), codec(), timeouts(), peer, request);
    }

    private RequestAggregator aggregator() {
        return Objects.requireNonNull(aggregator);
    }

    private MinimumBodyRate bodyRate() {
        return Objects.requireNonNull(bodyRate);
    }

    private TimeoutTracker timeouts() {
        return Objects.requireNonNull(timeouts);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (exchange != null && context.channel().isWritable()) {
            exchange.writabilityRestored();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (exchange != null) {
            exchange.fail(cause);
        } else {
            LOG.warn(
                    underlying,
                    "connection closed, internal error while reading a request (report this as a bug): peer={}",
                    underlying,
                    cause);
            underlying.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        inactive = true;
        if (aggregator != null) {
            aggregator.discard();
        }
        if (exchange != null) {
            exchange.connectionClosed();
        }
    }

    /**
     * Postpones a close until the open request is answered.
     *
     * <p>After an upgrade, the next protocol handles the close request.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof CloseRequest request
                && exchange != null
                && !exchange.isUpgraded()
                && !(aggregator != null && aggregator.isInProgress())) {
            closeReason = isLastRequest() ? closeReason : request.reason();
            request.claim();
            if (exchange.isEndless()) {
                exchange.close();
            }
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public String toString() {
        return "HTTP timeouts of " + underlying;
    }
}

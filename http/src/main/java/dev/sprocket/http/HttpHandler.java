package dev.sprocket.http;

import dev.sprocket.core.Connection;
import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.Tls;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
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
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The level of {@link HttpServer}: puts requests together, one exchange at a time, and keeps their time limits. */
final class HttpHandler extends ChannelInboundHandlerAdapter implements LoopTimer.Task {
    private static final PeerLog LOG = PeerLog.of(HttpServer.class);

    private final MessageComponent<? super HttpConnection, ? super Message> app;
    private final Connection underlying;
    private final PipelineContext pipeline;
    // until it is upgraded
    private @Nullable RequestAggregator aggregator;
    private @Nullable TimeoutTracker timeouts;
    private @Nullable MinimumBodyRate bodyRate;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable HttpCodec codec;
    private @Nullable ResponseWriter writer;
    private @Nullable HttpExchange exchange;
    private final boolean acceptsHead;
    /** The client waits for 100 before it sends the body. */
    private boolean continueExpected;
    /** The body is not read because nobody has asked for it. */
    private boolean bodyPaused;

    private boolean beforeFirstRequest = true;
    private boolean rejected;
    private boolean inactive;
    private CloseRequest.@Nullable Cause closeCause;

    HttpHandler(
            MessageComponent<? super HttpConnection, ? super Message> app,
            Connection below,
            HttpLimits limits,
            HttpTimeouts timeouts) {
        this.app = app;
        this.acceptsHead = BodyAggregator.acceptsHead(app);
        this.underlying = below;
        this.pipeline = PipelineContext.of(below);
        this.aggregator =
                new RequestAggregator(limits, Tls.session(below).isPresent() ? "https" : "http", this::openHolding);
        this.timeouts = new TimeoutTracker(timeouts);
        this.bodyRate = new MinimumBodyRate(timeouts);
    }

    /** What is below; told before this handler is added. */
    HttpHandler withCodec(HttpCodec wire) {
        codec = wire;
        return this;
    }

    HttpCodec codec() {
        return Objects.requireNonNull(codec);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        writer = new ResponseWriter(pipeline, added);
        LoopTimer.of(pipeline.outbound().loop()).add(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object read) throws Exception {
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

    /** Opens an account for what is unfinished of a request. */
    InboundBudget.Reservation openHolding() {
        return InboundBudget.of(underlying).newReservation(() -> pipeline.onLoop(this::evicted));
    }

    /** The unfinished requests of all connections are too much, and this has most of them. */
    private void evicted() {
        if (inactive || rejected || aggregator == null) {
            return;
        }
        if (exchange == null || aggregator.isInProgress()) {
            reject(RequestAggregator.overBudgetResponse());
        } else {
            // what waits behind a request that is being answered
            LOG.info(
                    underlying, "{} closed: too much unfinished input in sum (raise inbound-memory-limit)", underlying);
            underlying.close();
        }
    }

    private void beginRequest(io.netty.handler.codec.http.HttpRequest request) {
        beforeFirstRequest = false;
        timeouts().progress();
        bodyRate().reset();
        HttpResponse refusal = aggregator().begin(request, codec());
        if (refusal != null) {
            reject(refusal);
            return;
        }
        continueExpected = HttpUtil.is100ContinueExpected(request);
        if (acceptsHead && codec().hasBody(request)) {
            HttpExchange opened =
                    new HttpExchange(this, app, underlying, aggregator().requestWithoutBody());
            exchange = opened;
            opened.open();
            if (exchange == opened && opened.isBodyUnrequested() && aggregator != null && !bodyPaused) {
                bodyPaused = true;
                pipeline.outbound().pauseReads();
            }
        } else {
            readBody();
        }
    }

    /** Somebody wants the body of the request that is under way. On the event loop. */
    void readBody() {
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
            pipeline.outbound().resumeReads();
        }
    }

    private void addContent(HttpContent part) {
        timeouts().progress();
        bodyRate().add(part.content().readableBytes());
        HttpResponse refusal = aggregator().add(part, context().alloc());
        if (refusal != null) {
            reject(refusal);
        } else if (part instanceof LastHttpContent) {
            RequestAggregator.AggregatedRequest whole = aggregator().complete();
            if (whole != null) {
                continueExpected = false;
                resumeReads();
                HttpExchange early = exchange;
                HttpExchange opened = early == null ? new HttpExchange(this, app, underlying, whole.request()) : early;
                exchange = opened;
                opened.bodyReceived(whole);
                if (early == null) {
                    opened.open();
                }
            }
        }
    }

    /** Answers a request that never became a connection. */
    private void reject(HttpResponse response) {
        rejected = true;
        aggregator().discard();
        resumeReads();
        if (exchange != null) {
            HttpExchange open = exchange;
            if (!open.respond(response)) {
                open.abort();
            }
            return;
        }
        HttpResponse dressed =
                response.withHeaders(CorsPath.headers(app, aggregator().partialRequest()));
        writer().writeFull(
                        underlying,
                        aggregator().toString(),
                        dressed,
                        aggregator().isHeadMethod(),
                        true);
        pipeline.outbound().closeLingering();
    }

    @Override
    public boolean tick(long now) {
        if (inactive || rejected || timeouts == null || (exchange != null && exchange.isUpgraded())) {
            return false;
        }
        if (!pipeline.outbound().isReading() && aggregator().isInProgress() && !bodyPaused) {
            // what is waited for may be there, where nobody reads it
            timeouts().progress();
        }
        TimeoutTracker.Phase phase = phase();
        String slow = phase == TimeoutTracker.Phase.BODY
                ? bodyRate().violation(now, !pipeline.outbound().isReading())
                : null;
        if (timeouts().isExpired(phase, now)) {
            expire(phase);
        } else if (slow != null) {
            reject(HttpResponse.error(408, slow));
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
            case HEAD -> reject(HttpResponse.error(408, "no whole head within " + limit));
            case BODY -> reject(HttpResponse.error(408, "no byte of the body within " + limit));
            case RESPONSE -> Objects.requireNonNull(exchange).expire(limit);
            case FILE -> {
                LOG.info(underlying, "{} closed: has taken nothing of a file within {}", underlying, limit);
                Objects.requireNonNull(exchange).abort();
            }
            case NEXT_REQUEST -> underlying.close();
            case NONE -> {}
        }
    }

    /** The exchange was answered: on to the next request, or the end. On the event loop, outside callbacks. */
    void exchangeFinished(boolean close) {
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
                if (caughtUp && exchange == null && closeCause != null) {
                    pipeline.outbound().closeLingering();
                }
            } catch (Exception e) {
                exceptionCaught(context(), e);
            }
        }
    }

    /** Whether no request is taken after this one. */
    boolean isLastRequest() {
        return closeCause == CloseRequest.Cause.SERVER_SHUTDOWN;
    }

    /** Hands over what came with the request that was upgraded, and all that follows. On the event loop, outside callbacks. */
    void forwardUpgraded() {
        HttpCodec over = codec();
        // an upgraded connection may last for days, and needs no memory for what it has behind it
        codec = null;
        writer = null;
        aggregator = null;
        timeouts = null;
        bodyRate = null;
        over.forwardRemaining();
        if (closeCause != null) {
            context().pipeline().fireUserEventTriggered(new CloseRequest(closeCause));
        }
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    PipelineContext pipeline() {
        return pipeline;
    }

    ResponseWriter writer() {
        return Objects.requireNonNull(writer);
    }

    private RequestAggregator aggregator() {
        return Objects.requireNonNull(aggregator);
    }

    private MinimumBodyRate bodyRate() {
        return Objects.requireNonNull(bodyRate);
    }

    TimeoutTracker timeouts() {
        return Objects.requireNonNull(timeouts);
    }

    /** Sends bytes of a body; takes them over. */
    boolean writeBody(ByteBuf bytes) {
        return pipeline.outbound().write(codec().bodyContext(), bytes);
    }

    /** Whether the peer keeps up with what it is sent. */
    boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext own) {
        if (exchange != null && isWritable()) {
            exchange.writabilityRestored();
        }
        own.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext own, Throwable cause) {
        if (exchange != null) {
            exchange.fail(cause);
        } else {
            LOG.warn(underlying, "{}: closed", underlying, cause);
            underlying.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext own) {
        inactive = true;
        if (aggregator != null) {
            aggregator.discard();
        }
        if (exchange != null) {
            exchange.connectionClosed();
        }
    }

    /** The end is near: an upgraded connection is the next protocol's business, an open request may still be answered. */
    @Override
    public void userEventTriggered(ChannelHandlerContext own, Object event) {
        if (event instanceof CloseRequest end
                && exchange != null
                && !exchange.isUpgraded()
                && !(aggregator != null && aggregator.isInProgress())) {
            closeCause = isLastRequest() ? closeCause : end.cause();
            end.claim();
            if (exchange.isEndless()) {
                exchange.close();
            }
        } else {
            own.fireUserEventTriggered(event);
        }
    }
}

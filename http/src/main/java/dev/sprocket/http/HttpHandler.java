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
final class HttpHandler extends ChannelInboundHandlerAdapter implements LoopTimer.Member {
    private static final PeerLog LOG = PeerLog.of(HttpServer.class);

    private final MessageComponent<? super HttpConnection, ? super Message> app;
    private final Connection below;
    private final PipelineContext segment;
    // until it is upgraded
    private @Nullable RequestAggregator intake;
    private @Nullable TimeoutTracker patience;
    private @Nullable MinimumBodyRate pace;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable HttpCodec codec;
    private @Nullable ResponseWriter writer;
    private @Nullable HttpExchange exchange;
    private final boolean takesHead;
    /** The client waits for 100 before it sends the body. */
    private boolean expecting;
    /** The body is not read because nobody has asked for it. */
    private boolean heldBack;

    private boolean fresh = true;
    private boolean refused;
    private boolean gone;
    private CloseRequest.@Nullable Cause ending;

    HttpHandler(
            MessageComponent<? super HttpConnection, ? super Message> app,
            Connection below,
            HttpLimits limits,
            HttpTimeouts timeouts) {
        this.app = app;
        this.takesHead = BodyAggregator.takesHead(app);
        this.below = below;
        this.segment = PipelineContext.of(below);
        this.intake = new RequestAggregator(limits, Tls.session(below).isPresent() ? "https" : "http", this::account);
        this.patience = new TimeoutTracker(timeouts);
        this.pace = new MinimumBodyRate(timeouts);
    }

    /** What is below; told before this handler is added. */
    HttpHandler on(HttpCodec wire) {
        codec = wire;
        return this;
    }

    HttpCodec codec() {
        return Objects.requireNonNull(codec);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        writer = new ResponseWriter(segment, added);
        LoopTimer.of(segment.outbound().loop()).add(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object read) throws Exception {
        try {
            if (exchange != null && read instanceof ByteBuf bytes) {
                lend(exchange, bytes);
            } else if (!refused) {
                if (read instanceof io.netty.handler.codec.http.HttpRequest request) {
                    begin(request);
                }
                if (read instanceof HttpContent part && !refused) {
                    add(part);
                }
            }
        } finally {
            ReferenceCountUtil.release(read);
        }
    }

    private void lend(HttpExchange upgraded, ByteBuf bytes) {
        Message message = BorrowedMessages.binary(bytes);
        try {
            upgraded.deliver(app, message);
        } finally {
            BorrowedMessages.end(message);
        }
    }

    /** Opens an account for what is unfinished of a request. */
    InboundBudget.Holding account() {
        return InboundBudget.of(below).open(() -> segment.onLoop(this::evicted));
    }

    /** The unfinished requests of all connections are too much, and this has most of them. */
    private void evicted() {
        if (gone || refused || intake == null) {
            return;
        }
        if (exchange == null || intake.isUnderWay()) {
            refuse(RequestAggregator.overBudget());
        } else {
            // what waits behind a request that is being answered
            LOG.info(below, "{} closed: too much unfinished input in sum (raise inbound-limit)", below);
            below.close();
        }
    }

    private void begin(io.netty.handler.codec.http.HttpRequest request) {
        fresh = false;
        patience().progress();
        pace().reset();
        HttpResponse refusal = intake().begin(request, codec());
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        expecting = HttpUtil.is100ContinueExpected(request);
        if (takesHead && codec().announcesBody(request)) {
            HttpExchange opened = new HttpExchange(this, app, below, intake().headAlone());
            exchange = opened;
            opened.open();
            if (exchange == opened && opened.needsNoBody() && intake != null && !heldBack) {
                heldBack = true;
                segment.outbound().reading(false);
            }
        } else {
            takeBody();
        }
    }

    /** Somebody wants the body of the request that is under way. On the event loop. */
    void takeBody() {
        readOn();
        if (expecting) {
            expecting = false;
            patience().progress();
            pace().reset();
            segment.outbound()
                    .write(
                            context(),
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private void readOn() {
        if (heldBack) {
            heldBack = false;
            patience().progress();
            pace().reset();
            segment.outbound().reading(true);
        }
    }

    private void add(HttpContent part) {
        patience().progress();
        pace().add(part.content().readableBytes());
        HttpResponse refusal = intake().add(part, context().alloc());
        if (refusal != null) {
            refuse(refusal);
        } else if (part instanceof LastHttpContent) {
            RequestAggregator.Whole whole = intake().end();
            if (whole != null) {
                expecting = false;
                readOn();
                HttpExchange early = exchange;
                HttpExchange opened = early == null ? new HttpExchange(this, app, below, whole.request()) : early;
                exchange = opened;
                opened.arrived(whole);
                if (early == null) {
                    opened.open();
                }
            }
        }
    }

    /** Answers a request that never became a connection. */
    private void refuse(HttpResponse response) {
        refused = true;
        intake().drop();
        readOn();
        if (exchange != null) {
            HttpExchange open = exchange;
            if (!open.respond(response)) {
                open.abort();
            }
            return;
        }
        HttpResponse dressed = response.with(CorsPath.headers(app, intake().request()));
        writer().whole(below, intake().toString(), dressed, intake().isHeadOnly(), true);
        segment.outbound().closeLingering();
    }

    @Override
    public boolean sweep(long now) {
        if (gone || refused || patience == null || (exchange != null && exchange.isUpgraded())) {
            return false;
        }
        if (!segment.outbound().isReading() && intake().isUnderWay() && !heldBack) {
            // what is waited for may be there, where nobody reads it
            patience().progress();
        }
        TimeoutTracker.Phase phase = phase();
        String slow = phase == TimeoutTracker.Phase.BODY
                ? pace().fault(now, !segment.outbound().isReading())
                : null;
        if (patience().isOver(phase, now)) {
            expire(phase);
        } else if (slow != null) {
            refuse(HttpResponse.error(408, slow));
        }
        return true;
    }

    private TimeoutTracker.Phase phase() {
        boolean inBody = intake().isUnderWay() && !expecting && !heldBack;
        if (exchange != null && !(inBody && exchange.isWaiting())) {
            return exchange.phase();
        }
        if (inBody) {
            return TimeoutTracker.Phase.BODY;
        }
        return fresh || codec().isInHead() ? TimeoutTracker.Phase.HEAD : TimeoutTracker.Phase.NEXT_REQUEST;
    }

    private void expire(TimeoutTracker.Phase phase) {
        String limit = patience().limit(phase).toMillis() + " ms";
        switch (phase) {
            case HEAD -> refuse(HttpResponse.error(408, "no whole head within " + limit));
            case BODY -> refuse(HttpResponse.error(408, "no byte of the body within " + limit));
            case ANSWER -> Objects.requireNonNull(exchange).expire(limit);
            case READER -> {
                LOG.info(below, "{} closed: has taken nothing of a file within {}", below, limit);
                Objects.requireNonNull(exchange).abort();
            }
            case NEXT_REQUEST -> below.close();
            case NOTHING -> {}
        }
    }

    /** The exchange was answered: on to the next request, or the end. On the event loop, outside callbacks. */
    void finished(boolean close) {
        exchange = null;
        patience().progress();
        boolean bodyLeft = intake().isUnderWay();
        if (bodyLeft) {
            intake().drop();
            readOn();
        }
        if (close || bodyLeft || isLast() || !below.isOpen()) {
            refused = true;
            segment.outbound().closeLingering();
        } else {
            try {
                boolean caughtUp = codec().resume();
                if (caughtUp && exchange == null && ending != null) {
                    segment.outbound().closeLingering();
                }
            } catch (Exception e) {
                exceptionCaught(context(), e);
            }
        }
    }

    /** Whether no request is taken after this one. */
    boolean isLast() {
        return ending == CloseRequest.Cause.SERVER_STOPS;
    }

    /** Hands over what came with the request that was upgraded, and all that follows. On the event loop, outside callbacks. */
    void passOn() {
        HttpCodec over = codec();
        // an upgraded connection may last for days, and needs no memory for what it has behind it
        codec = null;
        writer = null;
        intake = null;
        patience = null;
        pace = null;
        over.passOn();
        if (ending != null) {
            context().pipeline().fireUserEventTriggered(new CloseRequest(ending));
        }
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    PipelineContext segment() {
        return segment;
    }

    ResponseWriter writer() {
        return Objects.requireNonNull(writer);
    }

    private RequestAggregator intake() {
        return Objects.requireNonNull(intake);
    }

    private MinimumBodyRate pace() {
        return Objects.requireNonNull(pace);
    }

    TimeoutTracker patience() {
        return Objects.requireNonNull(patience);
    }

    /** Sends bytes of a body; takes them over. */
    boolean writeBody(ByteBuf bytes) {
        return segment.outbound().write(codec().body(), bytes);
    }

    /** Whether the peer keeps up with what it is sent. */
    boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext own) {
        if (exchange != null && isWritable()) {
            exchange.writable();
        }
        own.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext own, Throwable cause) {
        if (exchange != null) {
            exchange.fail(cause);
        } else {
            LOG.warn(below, "{}: closed", below, cause);
            below.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext own) {
        gone = true;
        if (intake != null) {
            intake.drop();
        }
        if (exchange != null) {
            exchange.end();
        }
    }

    /** The end is near: an upgraded connection is the next protocol's business, an open request may still be answered. */
    @Override
    public void userEventTriggered(ChannelHandlerContext own, Object event) {
        if (event instanceof CloseRequest end
                && exchange != null
                && !exchange.isUpgraded()
                && !(intake != null && intake.isUnderWay())) {
            ending = isLast() ? ending : end.cause();
            end.claim();
            if (exchange.isEndless()) {
                exchange.close();
            }
        } else {
            own.fireUserEventTriggered(event);
        }
    }
}

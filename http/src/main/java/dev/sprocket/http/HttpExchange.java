package dev.sprocket.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.AccessRecord;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.http.internal.exchange.ExchangeControl;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * State of one request and its response; implements {@link HttpConnection}.
 *
 * <p>The response is written by {@link ResponseWriter}. {@link RequestLoop} is told when the exchange is over.
 */
final class HttpExchange implements HttpConnection, StackedConnection, ExchangeControl {
    private enum State {
        WAITING,
        /** A response was given, and may not be written completely. */
        RESPONDED,
        STREAMING,
        UPGRADED,
        CLOSED
    }

    private static final AtomicReferenceFieldUpdater<HttpExchange, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(HttpExchange.class, State.class, "state");

    private final RequestLoop loop;
    private final Connection underlying;
    private final Attributes attributes;
    private final ComponentInvoker<HttpConnection> invoker;
    private final PipelineContext pipeline;
    /** Null after an upgrade, which may last for days. */
    private volatile @Nullable RequestContent content = new RequestContent();
    /** Null after an upgrade. */
    private volatile @Nullable ExchangeResponse response;

    private volatile State state = State.WAITING;

    private volatile @Nullable String clientAddress;
    private volatile boolean endless;
    private @Nullable HttpResponse streamHead;

    // the fields below are confined to the event loop
    private boolean inCallback = true;
    /** The 101 response is written. */
    private boolean upgradeSent;

    private boolean ended;

    /**
     * Creates an exchange, which is opened later.
     *
     * @param loop the driver of the requests of this connection
     * @param lower pipeline of the layer below
     * @param ctx handler from which an upgraded connection writes, and behind which the next protocol is installed
     * @param underlying the connection below
     */
    HttpExchange(
            RequestLoop loop,
            PipelineContext lower,
            ChannelHandlerContext ctx,
            MessageComponent<? super HttpConnection, ? super Message> app,
            Connection underlying,
            HttpRequest request) {
        this.loop = loop;
        this.underlying = underlying;
        this.attributes = new Attributes(underlying.attributes());
        this.pipeline = lower.attach(this, ctx, LayerContext.Encoder.RAW);
        HttpRequest.set(this, request);
        KEY.set(this, this);
        AccessRecord.begin(underlying, this);
        this.response = new ExchangeResponse(loop, this, request, CorsHeaders.of(app, request));
        this.invoker = new ComponentInvoker<>(app, this);
    }

    /** Returns the exchange below a connection, which components may have wrapped. */
    static HttpExchange of(Connection conn) {
        return (HttpExchange) KEY.get(conn);
    }

    /** Reports whether the body of a request has arrived, or the request has none. */
    static boolean isBodyComplete(Connection conn) {
        return !(KEY.find(conn).orElse(null) instanceof HttpExchange exchange) || exchange.isBodyComplete();
    }

    private boolean isBodyComplete() {
        RequestContent body = content;
        return body == null || body.isComplete();
    }

    /** Requests the body. The stage completes with an empty value, on the event loop, when the body is complete. */
    CompletionStage<Optional<HttpResponse>> awaitBody() {
        RequestContent body = Objects.requireNonNull(content);
        CompletionStage<Optional<HttpResponse>> arrival = body.await();
        if (!body.isComplete()) {
            loop.readBody();
        }
        return arrival;
    }

    /** Reports whether no component has requested the body. */
    boolean isBodyUnrequested() {
        RequestContent body = content;
        return body == null || !body.isRequested();
    }

    /** Takes ownership of the complete body, before or after the exchange is opened. */
    void bodyReceived(RequestAggregator.AggregatedRequest arrived) {
        Objects.requireNonNull(content).complete(arrived, request());
    }

    /** Returns the request, which components may have replaced. */
    private HttpRequest request() {
        return HttpRequest.of(this);
    }

    void open() {
        runCallbacks(invoker::open);
    }

    /**
     * Runs component callbacks from outside of a callback, for decorators that delay requests.
     *
     * <p>A response given in a callback is continued after the callback returns: end of the exchange, next request, or
     * bytes of the next protocol.
     */
    void runCallbacks(Runnable callbacks) {
        inCallback = true;
        try {
            callbacks.run();
        } finally {
            inCallback = false;
            proceed();
        }
    }

    void deliver(MessageComponent<? super HttpConnection, ? super Message> app, Message bytes) {
        invoker.deliver(app, bytes);
    }

    void fail(Throwable cause) {
        invoker.fail(cause);
    }

    /** Ends the exchange because the socket is closed. */
    void connectionClosed() {
        finish();
    }

    /**
     * Responds with the status of a rejection or failure. Cuts off a response that was started.
     *
     * <p>Other reasons have no status: the exchange is closed.
     */
    @Override
    public void close(CloseReason reason) {
        int status =
                switch (reason.type()) {
                    case NORMAL, END_OF_STREAM, SHUTDOWN, UNAUTHORIZED, OVERFLOW -> 0;
                    case MALFORMED -> 400;
                    case UNSUPPORTED -> 415;
                    case FORBIDDEN -> 403;
                    case LIMIT_EXCEEDED -> 429;
                    case FAILURE -> 500;
                };
        if (status == 0) {
            close();
            return;
        }
        String text = status == 500 ? "component failed (see the WARN line of the same peer)" : reason.text();
        if (!respond(HttpResponse.error(status, text))) {
            abort();
        }
    }

    boolean isUpgraded() {
        return state == State.UPGRADED;
    }

    /** Reports whether no response was given. */
    boolean isAwaitingResponse() {
        return state == State.WAITING;
    }

    /** Returns the phase that determines the timeout of this exchange. */
    TimeoutTracker.Phase phase() {
        if (state == State.WAITING) {
            return TimeoutTracker.Phase.RESPONSE;
        }
        ExchangeResponse given = response;
        return given != null && given.isFile() ? TimeoutTracker.Phase.FILE : TimeoutTracker.Phase.NONE;
    }

    /** Responds with 503 because the response timeout has passed. */
    void expire(String limit) {
        respond(HttpResponse.error(503, "no response within " + limit));
    }

    @Override
    public void markEndless() {
        endless = true;
    }

    /** Reports whether an endless response is being streamed, which would outlast a server stop. */
    boolean isEndless() {
        return endless && state == State.STREAMING;
    }

    @Override
    public void packRequest() {
        request().pack();
    }

    @Override
    public void setClientAddress(String address) {
        clientAddress = address;
    }

    @Override
    public PipelineContext attachStream(Connection conn, LayerContext.Encoder plain, LayerContext.Encoder chunked) {
        ExchangeResponse streaming = response();
        AccessRecord.find(this)
                .ifPresent(record ->
                        record.stream(streaming.status(), pipeline.outbound().countSent()));
        return streaming.attachStream(conn, pipeline, plain, chunked);
    }

    @Override
    public AccessRecord accessRecord() {
        return AccessRecord.find(this).orElseGet(() -> AccessRecord.create(this));
    }

    /** Passes the facts about this request to the access logs. */
    private void logAccess(AccessRecord record) {
        if (record.user() == null) {
            User.find(this).ifPresent(user -> AccessRecord.user(this, user.id()));
        }
        ExchangeResponse given = response;
        int status = given == null ? 101 : given.status();
        record.end(
                AccessLines.peer(clientAddress, underlying.remoteAddress()),
                AccessLines.request(request()),
                status == 0 ? AccessLines.CLIENT_CLOSED : status,
                given == null ? 0 : given.bodyBytes(streamHead == null ? 0 : streamHead.contentLength()));
    }

    @Override
    @CanIgnoreReturnValue
    public boolean respond(HttpResponse given) {
        return STATE.compareAndSet(this, State.WAITING, State.RESPONDED) && onLoop(() -> respondNow(given));
    }

    private void respondNow(HttpResponse given) {
        if (!ended) {
            response().respond(given, isBodyComplete());
            proceed();
        }
    }

    @Override
    @CanIgnoreReturnValue
    public boolean stream(HttpResponse head) {
        // validates the header
        var unused = head.contentLength();
        ExchangeResponse pending = response;
        if (state != State.WAITING || pending == null) {
            return false;
        }
        if (pending.acceptsTunnel(head)) {
            // is answered with an error instead
            respond(head);
            return false;
        }
        if (!STATE.compareAndSet(this, State.WAITING, State.RESPONDED)) {
            return false;
        }
        if (pending.isBodiless(head)) {
            return onLoop(() -> respondBodilessNow(head));
        }
        streamHead = head;
        return STATE.compareAndSet(this, State.RESPONDED, State.STREAMING) && onLoop(this::beginStream);
    }

    private void respondBodilessNow(HttpResponse head) {
        if (!ended) {
            response().respondBodiless(head, isBodyComplete());
            proceed();
        }
    }

    /** Writes the head of a streamed response, unless it is written. */
    private void beginStream() {
        if (!ended && streamHead != null) {
            response().beginStream(streamHead, isBodyComplete(), endless);
        }
    }

    @Override
    @CanIgnoreReturnValue
    public boolean upgrade(HttpResponse switchingProtocols) {
        if (!isBodyComplete()) {
            throw new IllegalStateException(
                    "upgrade before the body has arrived (wrap the component in RequestHeadListener.afterBody)");
        }
        return STATE.compareAndSet(this, State.WAITING, State.UPGRADED)
                && onLoop(() -> {
                    if (!ended) {
                        response().upgrade(switchingProtocols);
                        AccessRecord.find(this)
                                .ifPresent(record -> record.stream(
                                        switchingProtocols.status(),
                                        pipeline.outbound().countSent()));
                        upgradeSent = true;
                        proceed();
                    }
                });
    }

    /**
     * Follows the response on the wire, once the callback that gave it has returned.
     *
     * <p>A response that failed is cut off immediately.
     */
    private void proceed() {
        if (ended) {
            return;
        }
        ExchangeResponse given = response();
        if (given.state() == ResponseWriter.State.FAILED) {
            abort();
        } else if (inCallback) {
            return;
        } else if (isUpgraded() && upgradeSent) {
            ended = true;
            releaseBody();
            content = null;
            response = null;
            request().pack();
            loop.forwardUpgraded();
        } else if (given.state() == ResponseWriter.State.COMPLETE) {
            finish();
            loop.exchangeFinished(given.closesConnection());
        }
    }

    private void releaseBody() {
        RequestContent body = content;
        if (body != null) {
            body.release(request());
        }
    }

    private void finish() {
        state = State.CLOSED;
        if (!ended) {
            ended = true;
            releaseBody();
            response().release();
        }
        invoker.close();
        AccessRecord.find(this).ifPresent(this::logAccess);
    }

    /** Continues a response because the peer reads again. */
    void writabilityRestored() {
        if (!ended) {
            response().resume();
            proceed();
        }
    }

    @Override
    public boolean send(Message message) {
        return switch (state) {
            case UPGRADED -> pipeline.send(message);
            case STREAMING -> sendPart(BorrowedMessages.bytes(message).retainedDuplicate());
            case WAITING ->
                respond(HttpResponse.of(200)
                        .body(
                                message.isBinary() ? "application/octet-stream" : "text/plain; charset=utf-8",
                                message.bytes()));
            case RESPONDED, CLOSED -> false;
        };
    }

    private boolean sendPart(ByteBuf bytes) {
        if (pipeline.loop().inEventLoop()) {
            return sendPartNow(bytes);
        }
        boolean queued = onLoop(() -> sendPartNow(bytes));
        if (!queued) {
            bytes.release();
        }
        return queued;
    }

    @CanIgnoreReturnValue
    private boolean sendPartNow(ByteBuf bytes) {
        if (ended) {
            bytes.release();
            return false;
        }
        beginStream();
        boolean sent = response().write(bytes);
        proceed();
        return sent;
    }

    @Override
    public void close() {
        if (STATE.compareAndSet(this, State.STREAMING, State.RESPONDED)) {
            onLoop(this::endStream);
        } else {
            abort();
        }
    }

    private void endStream() {
        if (!ended) {
            beginStream();
            response().end();
            proceed();
        }
    }

    @Override
    public void abort() {
        if (STATE.getAndSet(this, State.CLOSED) != State.CLOSED) {
            // queued behind earlier writes of the same thread
            onLoop(underlying::close);
        }
    }

    @CanIgnoreReturnValue
    private boolean onLoop(Runnable task) {
        try {
            pipeline.onLoop(task);
            return true;
        } catch (RejectedExecutionException loopStopped) {
            return false;
        }
    }

    @Override
    public void addHeader(String name, String value) {
        ExchangeResponse pending = response;
        if (pending != null) {
            pending.headers().add(name, value);
        }
    }

    @Override
    public void setCorsHeaders(List<Map.Entry<String, String>> cors) {
        ExchangeResponse pending = response;
        if (pending != null) {
            pending.headers().setCors(cors);
        }
    }

    private ExchangeResponse response() {
        return Objects.requireNonNull(response);
    }

    @Override
    public boolean isOpen() {
        State current = state;
        return (current == State.WAITING || current == State.STREAMING || current == State.UPGRADED)
                && underlying.isOpen();
    }

    @Override
    public boolean isWritable() {
        return isOpen() && underlying.isWritable();
    }

    @Override
    public Connection underlying() {
        return underlying;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        String address = clientAddress;
        return address == null ? underlying.toString() : address + " via " + underlying;
    }
}

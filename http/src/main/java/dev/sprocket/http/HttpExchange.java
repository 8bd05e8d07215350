package dev.sprocket.http;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.CloseableWithCause;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.MessageEncoder;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.core.spi.StackedConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** One request and its answer; the connection that components see. */
final class HttpExchange implements HttpConnection, StackedConnection, CloseableWithCause {
    private enum State {
        WAITING,
        /** An answer was given, and may still be on its way. */
        RESPONDED,
        STREAMING,
        UPGRADED,
        CLOSED
    }

    private static final AttributeKey<HttpExchange> KEY =
            AttributeKey.of("HTTP exchange", "is HttpServer below this component?");

    private static final HttpResponse TUNNEL_UNSUPPORTED =
            HttpResponse.error(501, "CONNECT to what is no WebSocket (expected: one, RFC 8441 4)");

    private static final AtomicReferenceFieldUpdater<HttpExchange, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(HttpExchange.class, State.class, "state");

    private final HttpHandler handler;
    private final Connection underlying;
    private final Attributes attributes;
    private final ComponentInvoker<HttpConnection> invoker;
    private final PipelineContext pipeline;
    private ByteBuf requestBody = Unpooled.EMPTY_BUFFER;
    private InboundBudget.@Nullable Reservation holding;
    private volatile boolean bodyComplete;
    /** Completed when the body is whole, if somebody waits for it. */
    private @Nullable CompletableFuture<Optional<HttpResponse>> bodyFuture;

    private final boolean headOnly;
    private final boolean keepAlive;
    private volatile State state = State.WAITING;
    private List<Map.Entry<String, String>> addedHeaders = List.of();
    /** Replaced by each layer that knows better, and never there twice. */
    private List<Map.Entry<String, String>> corsHeaders;

    private volatile @Nullable String clientAddress;
    private volatile boolean endless;
    private @Nullable HttpResponse streamHead;

    // on the event loop
    private @Nullable ResponseBody responseBody;
    private boolean inCallback = true;
    private boolean responseComplete;
    /** The 101 is written. */
    private boolean upgradeSent;

    private boolean closeAfter;
    private boolean ended;

    HttpExchange(
            HttpHandler handler,
            MessageComponent<? super HttpConnection, ? super Message> app,
            Connection below,
            HttpRequest request) {
        this.handler = handler;
        this.underlying = below;
        this.attributes = new Attributes(below.attributes());
        this.headOnly = request.method().equals("HEAD");
        // HTTP/1.0 has a keep-alive of its own, which nobody misses
        this.keepAlive = request.version().equals("HTTP/1.1") && !request.headerContains("Connection", "close");
        this.pipeline = handler.pipeline().attach(this, handler.context(), MessageEncoder.RAW);
        HttpRequest.KEY.set(this, request);
        KEY.set(this, this);
        this.corsHeaders = CorsPath.headers(app, request);
        this.invoker = new ComponentInvoker<>(app, this);
    }

    /** The exchange below a connection that components see, which may be wrapped. */
    static HttpExchange of(Connection conn) {
        return KEY.get(conn);
    }

    /** What its answer says about pages of other sites, instead of what was known before. */
    static void setCorsHeaders(HttpConnection conn, List<Map.Entry<String, String>> headers) {
        HttpExchange exchange = KEY.get(conn);
        synchronized (exchange.attributes) {
            exchange.corsHeaders = headers;
        }
    }

    /** Whether the body of a request has arrived, or there is none. */
    static boolean isBodyComplete(Connection conn) {
        HttpExchange exchange = KEY.peek(conn);
        return exchange == null || exchange.bodyComplete;
    }

    /** Asks for the body; completed with nothing, on the event loop, when it is whole. */
    CompletionStage<Optional<HttpResponse>> awaitBody() {
        if (bodyComplete) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        CompletableFuture<Optional<HttpResponse>> later = new CompletableFuture<>();
        bodyFuture = later;
        handler.readBody();
        return later;
    }

    /** Whether the body has not been asked for. */
    boolean isBodyUnrequested() {
        return bodyFuture == null;
    }

    /** Takes the body over, before or after it is opened. */
    void bodyReceived(RequestAggregator.AggregatedRequest arrived) {
        requestBody = arrived.body();
        holding = arrived.holding();
        HttpRequest.of(this).setBody(arrived.request().body());
        bodyComplete = true;
        if (bodyFuture != null) {
            bodyFuture.complete(Optional.empty());
        }
    }

    void open() {
        runCallbacks(invoker::open);
    }

    /**
     * Calls components from outside their callbacks, as a decorator does that let them wait. What follows an answer that is
     * given meanwhile (the end, the next request, the bytes of the next protocol) comes when they have returned.
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

    /** The socket is gone. */
    void connectionClosed() {
        finish();
    }

    /** What becomes of a connection whose component failed: an answer that says so, or one that is visibly cut off. */
    @Override
    public void closeWithCause(Throwable cause) {
        if (!respond(errorResponse(cause))) {
            abort();
        }
    }

    private static HttpResponse errorResponse(Throwable cause) {
        if (cause instanceof RejectedException refusal) {
            return HttpResponse.error(
                    switch (refusal.kind()) {
                        case MALFORMED -> 400;
                        case UNSUPPORTED -> 415;
                        case FORBIDDEN -> 403;
                        case LIMIT_EXCEEDED -> 429;
                    },
                    refusal.reason());
        }
        return HttpResponse.error(500, "a component failed, see above");
    }

    boolean isUpgraded() {
        return state == State.UPGRADED;
    }

    /** Whether no answer was given. */
    boolean isAwaitingResponse() {
        return state == State.WAITING;
    }

    /** What this exchange is waiting for. */
    TimeoutTracker.Phase phase() {
        if (state == State.WAITING) {
            return TimeoutTracker.Phase.RESPONSE;
        }
        return responseBody != null && responseBody.isFile() ? TimeoutTracker.Phase.FILE : TimeoutTracker.Phase.NONE;
    }

    /** It has waited for too long. */
    void expire(String limit) {
        respond(HttpResponse.error(503, "no answer within " + limit));
    }

    /** It ends only when the peer leaves, and the socket with it. */
    void markEndless() {
        endless = true;
    }

    /** Whether it goes on by itself when the server stops or the peer has sent its last byte. */
    boolean isEndless() {
        return endless && state == State.STREAMING;
    }

    /** Who the peer is, where a proxy is between. */
    void setClientAddress(String address) {
        clientAddress = address;
    }

    /**
     * A segment for a level that stands on a streamed answer and frames messages itself.
     *
     * @param plain its framing where the end of the socket is the end of the body
     * @param chunked the same with each message in a {@link ChunkedEncoding}
     */
    PipelineContext attachStream(Connection conn, MessageEncoder plain, MessageEncoder chunked) {
        return pipeline.attach(
                conn,
                handler.codec().bodyContext(),
                responseBody != null && responseBody.isChunked() ? chunked : plain);
    }

    @Override
    public boolean respond(HttpResponse response) {
        return STATE.compareAndSet(this, State.WAITING, State.RESPONDED) && onLoop(() -> respondNow(response));
    }

    private void respondNow(HttpResponse bare) {
        if (ended) {
            return;
        }
        HttpResponse response = withCommonHeaders(acceptsTunnel(bare) ? TUNNEL_UNSUPPORTED : bare);
        closeAfter = closesConnection(response);
        if (response.file() != null && !headOnly) {
            responseBody = ResponseBody.file(this, handler, response);
            if (responseBody == null) {
                respondNow(HttpResponse.error(500, "cannot read a file, see above"));
            } else {
                responseBody.pump();
            }
            return;
        }
        if (response.file() != null) {
            handler.writer().writeHead(this, HttpRequest.of(this), response, false, closeAfter);
            handler.writer().writeEnd();
        } else {
            handler.writer().writeFull(this, HttpRequest.of(this), response, headOnly, closeAfter);
        }
        responseCompleted();
    }

    /** Whether an answer would tell a client of HTTP/2 that its extended CONNECT is accepted (RFC 8441 5). */
    private boolean acceptsTunnel(HttpResponse response) {
        return response.status() < 300 && HttpRequest.of(this).isTunnel();
    }

    @Override
    public boolean stream(HttpResponse head) {
        contentLength(head);
        if (acceptsTunnel(head)) {
            respond(TUNNEL_UNSUPPORTED);
            return false;
        }
        if (!STATE.compareAndSet(this, State.WAITING, State.RESPONDED)) {
            return false;
        }
        if (headOnly || head.isBodiless()) {
            return onLoop(() -> streamWithoutBody(head));
        }
        streamHead = head;
        return STATE.compareAndSet(this, State.RESPONDED, State.STREAMING) && onLoop(this::beginStream);
    }

    /** What it promises, in bytes; -1 if nothing. Throws {@link IllegalArgumentException} for what is no number. */
    private static long contentLength(HttpResponse head) {
        return head.header("Content-Length").map(HttpExchange::parseLength).orElse(-1L);
    }

    private static long parseLength(String header) {
        if (!header.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("Content-Length: " + header + " (expected: a number of bytes)");
        }
        return Long.parseLong(header);
    }

    private void streamWithoutBody(HttpResponse head) {
        if (!ended) {
            closeAfter = closesConnection(head);
            handler.writer().writeHead(this, HttpRequest.of(this), withCommonHeaders(head), false, closeAfter);
            handler.writer().writeEnd();
            responseCompleted();
        }
    }

    /** Writes the head of a streamed answer; whoever comes to the event loop first does. */
    private void beginStream() {
        if (responseBody == null && !ended && streamHead != null) {
            HttpResponse head = withCommonHeaders(streamHead);
            long length = contentLength(streamHead);
            boolean chunked = length < 0
                    && handler.codec().usesChunkedEncoding()
                    && !HttpRequest.of(this).version().equals("HTTP/1.0");
            closeAfter = endless || closesConnection(head);
            responseBody = ResponseBody.stream(this, handler, head, chunked, length);
        }
    }

    /** Whether no other request follows; a body that nobody has taken is in its way (RFC 9112 9.3). */
    private boolean closesConnection(HttpResponse response) {
        return !keepAlive || !bodyComplete || response.status() >= 400 || handler.isLastRequest();
    }

    boolean closesAfterResponse() {
        return closeAfter;
    }

    /** Whether nothing more is to be written. */
    boolean isOver() {
        return ended || responseComplete;
    }

    /** The answer is written, and all of it. */
    void responseCompleted() {
        responseComplete = true;
        proceed();
    }

    @Override
    public boolean upgrade(HttpResponse switchingProtocols) {
        if (!bodyComplete) {
            throw new IllegalStateException(
                    "upgrade before the body has arrived (put BodyAggregator around the component)");
        }
        return STATE.compareAndSet(this, State.WAITING, State.UPGRADED)
                && onLoop(() -> {
                    if (!ended) {
                        handler.writer()
                                .writeFull(
                                        this,
                                        HttpRequest.of(this),
                                        withCommonHeaders(switchingProtocols),
                                        false,
                                        false);
                        handler.codec().stopEncoding();
                        upgradeSent = true;
                        proceed();
                    }
                });
    }

    /** What follows an answer, once the callback that gave it has returned. */
    private void proceed() {
        if (inCallback || ended) {
            return;
        }
        if (isUpgraded() && upgradeSent) {
            releaseBody();
            ended = true;
            HttpRequest.of(this).pack();
            handler.forwardUpgraded();
        } else if (responseComplete) {
            finish();
            handler.exchangeFinished(closeAfter);
        }
    }

    private void releaseBody() {
        if (!bodyComplete) {
            return;
        }
        BorrowedMessages.invalidate(HttpRequest.of(this).body());
        requestBody.release();
        if (holding != null) {
            holding.resize(0);
        }
    }

    private void finish() {
        state = State.CLOSED;
        if (!ended) {
            ended = true;
            releaseBody();
            if (responseBody != null) {
                responseBody.release();
            }
        }
        invoker.close();
    }

    /** The peer takes more. */
    void writabilityRestored() {
        if (responseBody != null && !ended) {
            responseBody.pump();
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
        if (pipeline.outbound().loop().inEventLoop()) {
            return sendPartNow(bytes);
        }
        boolean queued = onLoop(() -> sendPartNow(bytes));
        if (!queued) {
            bytes.release();
        }
        return queued;
    }

    private boolean sendPartNow(ByteBuf bytes) {
        beginStream();
        if (responseBody == null || ended || responseComplete) {
            bytes.release();
            return false;
        }
        return responseBody.write(bytes);
    }

    @Override
    public void close() {
        if (STATE.compareAndSet(this, State.STREAMING, State.RESPONDED)) {
            onLoop(() -> {
                beginStream();
                if (responseBody != null && !ended && !responseComplete) {
                    responseBody.end();
                }
            });
        } else {
            abort();
        }
    }

    /** Closes the socket, whatever is unfinished; unless this is over, when the socket belongs to the next exchange. */
    void abort() {
        if (STATE.getAndSet(this, State.CLOSED) != State.CLOSED) {
            // behind what was queued by the same thread
            onLoop(underlying::close);
        }
    }

    private boolean onLoop(Runnable task) {
        try {
            pipeline.onLoop(task);
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
    }

    @Override
    public void addHeader(String name, String value) {
        HttpResponse.checkHeader(name, value);
        synchronized (attributes) {
            List<Map.Entry<String, String>> more = new ArrayList<>(addedHeaders);
            more.add(Map.entry(name, value));
            addedHeaders = more;
        }
    }

    private HttpResponse withCommonHeaders(HttpResponse response) {
        synchronized (attributes) {
            return response.withHeaders(addedHeaders).withHeaders(corsHeaders);
        }
    }

    @Override
    public boolean isOpen() {
        State now = state;
        return (now == State.WAITING || now == State.STREAMING || now == State.UPGRADED) && underlying.isOpen();
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
        String known = clientAddress;
        return known == null ? underlying.toString() : known + " by way of " + underlying;
    }
}

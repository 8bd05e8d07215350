package dev.sprocket.http;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.flow.InboundBudget;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.CloseableWithCause;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.MessageEncoder;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.http.internal.h1.ChunkedEncoding;
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

/** Implements {@link HttpConnection} for one request and its response. */
public final class HttpExchange implements HttpConnection, StackedConnection, CloseableWithCause {
    private enum State {
        WAITING,
        /** A response was given, and may not be written completely. */
        RESPONDED,
        STREAMING,
        UPGRADED,
        CLOSED
    }

    private static final AttributeKey<HttpExchange> KEY =
            AttributeKey.of("HTTP exchange", "is HttpServer below this component?");

    private static final HttpResponse TUNNEL_UNSUPPORTED = HttpResponse.error(
            501, "CONNECT to a resource that is not a WebSocket (expected: a WebSocket, RFC 8441 4)");

    private static final AtomicReferenceFieldUpdater<HttpExchange, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(HttpExchange.class, State.class, "state");

    private final HttpHandler handler;
    private final Connection underlying;
    private final Attributes attributes;
    private final ComponentInvoker<HttpConnection> invoker;
    private final PipelineContext pipeline;
    private ByteBuf requestBody = Unpooled.EMPTY_BUFFER;
    private InboundBudget.@Nullable Reservation reservation;
    private volatile boolean bodyComplete;
    /** Completed when the body is complete; null if no component waits for it. */
    private @Nullable CompletableFuture<Optional<HttpResponse>> bodyFuture;

    private final boolean headOnly;
    private final boolean keepAlive;
    private volatile State state = State.WAITING;
    private List<Map.Entry<String, String>> addedHeaders = List.of();
    /** CORS headers of the response; each layer that knows the matching rules replaces them. */
    private List<Map.Entry<String, String>> corsHeaders;

    private volatile @Nullable String clientAddress;
    private volatile boolean endless;
    private @Nullable HttpResponse streamHead;

    // the fields below are confined to the event loop
    private @Nullable ResponseBody responseBody;
    private boolean inCallback = true;
    private boolean responseComplete;
    /** The 101 response is written. */
    private boolean upgradeSent;

    private boolean closeAfter;
    private boolean ended;

    HttpExchange(
            HttpHandler handler,
            MessageComponent<? super HttpConnection, ? super Message> app,
            Connection underlying,
            HttpRequest request) {
        this.handler = handler;
        this.underlying = underlying;
        this.attributes = new Attributes(underlying.attributes());
        this.headOnly = request.method().equals("HEAD");
        // the keep-alive extension of HTTP/1.0 is not supported
        this.keepAlive = request.version().equals("HTTP/1.1") && !request.headerContains("Connection", "close");
        this.pipeline = handler.pipeline().attach(this, handler.context(), MessageEncoder.RAW);
        HttpRequest.KEY.set(this, request);
        KEY.set(this, this);
        this.corsHeaders = CorsPath.headers(app, request);
        this.invoker = new ComponentInvoker<>(app, this);
    }

    /** Returns the exchange below a connection, which components may have wrapped. */
    public static HttpExchange of(Connection conn) {
        return KEY.get(conn);
    }

    /** Replaces the CORS headers of the response. */
    public static void setCorsHeaders(HttpConnection conn, List<Map.Entry<String, String>> headers) {
        HttpExchange exchange = KEY.get(conn);
        synchronized (exchange.attributes) {
            exchange.corsHeaders = headers;
        }
    }

    /** Reports whether the body of a request has arrived, or the request has none. */
    static boolean isBodyComplete(Connection conn) {
        HttpExchange exchange = KEY.peek(conn);
        return exchange == null || exchange.bodyComplete;
    }

    /** Requests the body. The stage completes with an empty value, on the event loop, when the body is complete. */
    CompletionStage<Optional<HttpResponse>> awaitBody() {
        if (bodyComplete) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        CompletableFuture<Optional<HttpResponse>> future = new CompletableFuture<>();
        bodyFuture = future;
        handler.readBody();
        return future;
    }

    /** Reports whether no component has requested the body. */
    boolean isBodyUnrequested() {
        return bodyFuture == null;
    }

    /** Takes ownership of the complete body, before or after the exchange is opened. */
    void bodyReceived(RequestAggregator.AggregatedRequest arrived) {
        requestBody = arrived.body();
        reservation = arrived.reservation();
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

    /** Responds with an error if a component failed, or cuts off a started response. */
    @Override
    public void closeWithCause(Throwable cause) {
        if (!respond(errorResponse(cause))) {
            abort();
        }
    }

    private static HttpResponse errorResponse(Throwable cause) {
        if (cause instanceof RejectedException rejection) {
            return HttpResponse.error(
                    switch (rejection.kind()) {
                        case MALFORMED -> 400;
                        case UNSUPPORTED -> 415;
                        case FORBIDDEN -> 403;
                        case LIMIT_EXCEEDED -> 429;
                    },
                    rejection.reason());
        }
        return HttpResponse.error(500, "component failed (see the WARN line of the same peer)");
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
        return responseBody != null && responseBody.isFile() ? TimeoutTracker.Phase.FILE : TimeoutTracker.Phase.NONE;
    }

    /** Responds with 503 because the response timeout has passed. */
    void expire(String limit) {
        respond(HttpResponse.error(503, "no response within " + limit));
    }

    /** Marks the response as endless. It ends only when the peer disconnects; the socket is then closed. */
    public void markEndless() {
        endless = true;
    }

    /** Reports whether an endless response is being streamed, which would outlast a server stop. */
    boolean isEndless() {
        return endless && state == State.STREAMING;
    }

    /** Sets the address of the client behind a proxy, for logs. */
    public void setClientAddress(String address) {
        clientAddress = address;
    }

    /**
     * Attaches a layer that writes its messages to the streamed response.
     *
     * @param plain encoder used where the end of the socket is the end of the body
     * @param chunked encoder that wraps each message in a chunk ({@link ChunkedEncoding})
     */
    public PipelineContext attachStream(Connection conn, MessageEncoder plain, MessageEncoder chunked) {
        return pipeline.attach(
                conn,
                handler.codec().bodyContext(),
                responseBody != null && responseBody.isChunked() ? chunked : plain);
    }

    @Override
    public boolean respond(HttpResponse response) {
        return STATE.compareAndSet(this, State.WAITING, State.RESPONDED) && onLoop(() -> respondNow(response));
    }

    private void respondNow(HttpResponse original) {
        if (ended) {
            return;
        }
        HttpResponse response = withCommonHeaders(acceptsTunnel(original) ? TUNNEL_UNSUPPORTED : original);
        closeAfter = closesConnection(response);
        if (response.file() != null && !headOnly) {
            responseBody = ResponseBody.file(this, handler, response);
            if (responseBody == null) {
                respondNow(HttpResponse.error(500, "cannot read file (see the WARN line of the same peer)"));
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

    /** Reports whether a response would accept the extended CONNECT of HTTP/2 (RFC 8441 5). */
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

    /**
     * Returns the {@code Content-Length} in bytes, or −1. Throws {@link IllegalArgumentException} if it is not a
     * number.
     */
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

    /** Writes the head of a streamed response, unless it is written. */
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

    /** Reports whether the connection closes after the response. An unread body prevents reuse (RFC 9112 9.3). */
    private boolean closesConnection(HttpResponse response) {
        return !keepAlive || !bodyComplete || response.status() >= 400 || handler.isLastRequest();
    }

    boolean closesAfterResponse() {
        return closeAfter;
    }

    /** Reports whether nothing further is to be written. */
    boolean isOver() {
        return ended || responseComplete;
    }

    /** Marks the response as completely written. */
    void responseCompleted() {
        responseComplete = true;
        proceed();
    }

    @Override
    public boolean upgrade(HttpResponse switchingProtocols) {
        if (!bodyComplete) {
            throw new IllegalStateException(
                    "upgrade before the body has arrived (wrap the component in a BodyAggregator)");
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

    /** Continues after a response, once the callback that gave it has returned. */
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
        if (reservation != null) {
            reservation.resize(0);
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

    /** Continues a response because the peer reads again. */
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

    /** Closes the socket immediately. No effect if the exchange is over: the socket then serves the next one. */
    public void abort() {
        if (STATE.getAndSet(this, State.CLOSED) != State.CLOSED) {
            // queued behind earlier writes of the same thread
            onLoop(underlying::close);
        }
    }

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

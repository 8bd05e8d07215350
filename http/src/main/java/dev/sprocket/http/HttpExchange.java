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
        ANSWERED,
        STREAMING,
        UPGRADED,
        CLOSED
    }

    private static final AttributeKey<HttpExchange> KEY =
            AttributeKey.of("HTTP exchange", "is HttpServer below this component?");

    private static final HttpResponse NO_TUNNEL =
            HttpResponse.error(501, "CONNECT to what is no WebSocket (expected: one, RFC 8441 4)");

    private static final AtomicReferenceFieldUpdater<HttpExchange, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(HttpExchange.class, State.class, "state");

    private final HttpHandler handler;
    private final Connection below;
    private final Attributes facts;
    private final ComponentInvoker<HttpConnection> level;
    private final PipelineContext segment;
    private ByteBuf body = Unpooled.EMPTY_BUFFER;
    private InboundBudget.@Nullable Holding holding;
    private volatile boolean whole;
    /** Completed when the body is whole, if somebody waits for it. */
    private @Nullable CompletableFuture<Optional<HttpResponse>> awaited;

    private final boolean headOnly;
    private final boolean keepAlive;
    private volatile State state = State.WAITING;
    private List<Map.Entry<String, String>> added = List.of();
    /** Replaced by each layer that knows better, and never there twice. */
    private List<Map.Entry<String, String>> cors;

    private volatile @Nullable String client;
    private volatile boolean endless;
    private @Nullable HttpResponse streamed;

    // on the event loop
    private @Nullable ResponseBody answer;
    private boolean calling = true;
    private boolean complete;
    /** The 101 is written. */
    private boolean switched;

    private boolean closeAfter;
    private boolean ended;

    HttpExchange(
            HttpHandler handler,
            MessageComponent<? super HttpConnection, ? super Message> app,
            Connection below,
            HttpRequest request) {
        this.handler = handler;
        this.below = below;
        this.facts = new Attributes(below.attributes());
        this.headOnly = request.method().equals("HEAD");
        // HTTP/1.0 has a keep-alive of its own, which nobody misses
        this.keepAlive = request.version().equals("HTTP/1.1") && !request.lists("Connection", "close");
        this.segment = handler.segment().attach(this, handler.context(), MessageEncoder.RAW);
        HttpRequest.KEY.set(this, request);
        KEY.set(this, this);
        this.cors = CorsPath.headers(app, request);
        this.level = new ComponentInvoker<>(app, this);
    }

    /** The exchange below a connection that components see, which may be wrapped. */
    static HttpExchange of(Connection conn) {
        return KEY.get(conn);
    }

    /** What its answer says about pages of other sites, instead of what was known before. */
    static void corsHeaders(HttpConnection conn, List<Map.Entry<String, String>> headers) {
        HttpExchange exchange = KEY.get(conn);
        synchronized (exchange.facts) {
            exchange.cors = headers;
        }
    }

    /** Whether the body of a request has arrived, or there is none. */
    static boolean isWhole(Connection conn) {
        HttpExchange exchange = KEY.peek(conn);
        return exchange == null || exchange.whole;
    }

    /** Asks for the body; completed with nothing, on the event loop, when it is whole. */
    CompletionStage<Optional<HttpResponse>> whole() {
        if (whole) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        CompletableFuture<Optional<HttpResponse>> later = new CompletableFuture<>();
        awaited = later;
        handler.takeBody();
        return later;
    }

    /** Whether the body has not been asked for. */
    boolean needsNoBody() {
        return awaited == null;
    }

    /** Takes the body over, before or after it is opened. */
    void arrived(RequestAggregator.Whole arrived) {
        body = arrived.body();
        holding = arrived.holding();
        HttpRequest.of(this).arrived(arrived.request().body());
        whole = true;
        if (awaited != null) {
            awaited.complete(Optional.empty());
        }
    }

    void open() {
        call(level::open);
    }

    /**
     * Calls components from outside their callbacks, as a decorator does that let them wait. What follows an answer that is
     * given meanwhile (the end, the next request, the bytes of the next protocol) comes when they have returned.
     */
    void call(Runnable callbacks) {
        calling = true;
        try {
            callbacks.run();
        } finally {
            calling = false;
            settle();
        }
    }

    void deliver(MessageComponent<? super HttpConnection, ? super Message> app, Message bytes) {
        level.deliver(app, bytes);
    }

    void fail(Throwable cause) {
        level.fail(cause);
    }

    /** The socket is gone. */
    void end() {
        finish();
    }

    /** What becomes of a connection whose component failed: an answer that says so, or one that is visibly cut off. */
    @Override
    public void closeWithCause(Throwable cause) {
        if (!respond(answer(cause))) {
            abort();
        }
    }

    private static HttpResponse answer(Throwable cause) {
        if (cause instanceof RejectedException refusal) {
            return HttpResponse.error(
                    switch (refusal.kind()) {
                        case MALFORMED -> 400;
                        case UNSUPPORTED -> 415;
                        case FORBIDDEN -> 403;
                        case TOO_MUCH -> 429;
                    },
                    refusal.reason());
        }
        return HttpResponse.error(500, "a component failed, see above");
    }

    boolean isUpgraded() {
        return state == State.UPGRADED;
    }

    /** Whether no answer was given. */
    boolean isWaiting() {
        return state == State.WAITING;
    }

    /** What this exchange is waiting for. */
    TimeoutTracker.Phase phase() {
        if (state == State.WAITING) {
            return TimeoutTracker.Phase.ANSWER;
        }
        return answer != null && answer.isFile() ? TimeoutTracker.Phase.READER : TimeoutTracker.Phase.NOTHING;
    }

    /** It has waited for too long. */
    void expire(String limit) {
        respond(HttpResponse.error(503, "no answer within " + limit));
    }

    /** It ends only when the peer leaves, and the socket with it. */
    void makeEndless() {
        endless = true;
    }

    /** Whether it goes on by itself when the server stops or the peer has sent its last byte. */
    boolean isEndless() {
        return endless && state == State.STREAMING;
    }

    /** Who the peer is, where a proxy is between. */
    void client(String address) {
        client = address;
    }

    /**
     * A segment for a level that stands on a streamed answer and frames messages itself.
     *
     * @param plain its framing where the end of the socket is the end of the body
     * @param chunked the same with each message in a {@link ChunkedEncoding}
     */
    PipelineContext streaming(Connection conn, MessageEncoder plain, MessageEncoder chunked) {
        return segment.attach(conn, handler.codec().body(), answer != null && answer.isChunked() ? chunked : plain);
    }

    @Override
    public boolean respond(HttpResponse response) {
        return STATE.compareAndSet(this, State.WAITING, State.ANSWERED) && onLoop(() -> answerNow(response));
    }

    private void answerNow(HttpResponse bare) {
        if (ended) {
            return;
        }
        HttpResponse response = dressed(promisesTunnel(bare) ? NO_TUNNEL : bare);
        closeAfter = endsSocket(response);
        if (response.file() != null && !headOnly) {
            answer = ResponseBody.file(this, handler, response);
            if (answer == null) {
                answerNow(HttpResponse.error(500, "cannot read a file, see above"));
            } else {
                answer.pump();
            }
            return;
        }
        if (response.file() != null) {
            handler.writer().head(this, HttpRequest.of(this), response, false, closeAfter);
            handler.writer().end();
        } else {
            handler.writer().whole(this, HttpRequest.of(this), response, headOnly, closeAfter);
        }
        completed();
    }

    /** Whether an answer would tell a client of HTTP/2 that its extended CONNECT is accepted (RFC 8441 5). */
    private boolean promisesTunnel(HttpResponse response) {
        return response.status() < 300 && HttpRequest.of(this).isTunnel();
    }

    @Override
    public boolean stream(HttpResponse head) {
        promised(head);
        if (promisesTunnel(head)) {
            respond(NO_TUNNEL);
            return false;
        }
        if (!STATE.compareAndSet(this, State.WAITING, State.ANSWERED)) {
            return false;
        }
        if (headOnly || head.isBodiless()) {
            return onLoop(() -> streamNothing(head));
        }
        streamed = head;
        return STATE.compareAndSet(this, State.ANSWERED, State.STREAMING) && onLoop(this::begin);
    }

    /** What it promises, in bytes; -1 if nothing. Throws {@link IllegalArgumentException} for what is no number. */
    private static long promised(HttpResponse head) {
        return head.header("Content-Length").map(HttpExchange::length).orElse(-1L);
    }

    private static long length(String header) {
        if (!header.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("Content-Length: " + header + " (expected: a number of bytes)");
        }
        return Long.parseLong(header);
    }

    private void streamNothing(HttpResponse head) {
        if (!ended) {
            closeAfter = endsSocket(head);
            handler.writer().head(this, HttpRequest.of(this), dressed(head), false, closeAfter);
            handler.writer().end();
            completed();
        }
    }

    /** Writes the head of a streamed answer; whoever comes to the event loop first does. */
    private void begin() {
        if (answer == null && !ended && streamed != null) {
            HttpResponse head = dressed(streamed);
            long length = promised(streamed);
            boolean chunked = length < 0
                    && handler.codec().chunks()
                    && !HttpRequest.of(this).version().equals("HTTP/1.0");
            closeAfter = endless || endsSocket(head);
            answer = ResponseBody.stream(this, handler, head, chunked, length);
        }
    }

    /** Whether no other request follows; a body that nobody has taken is in its way (RFC 9112 9.3). */
    private boolean endsSocket(HttpResponse response) {
        return !keepAlive || !whole || response.status() >= 400 || handler.isLast();
    }

    boolean closesAfter() {
        return closeAfter;
    }

    /** Whether nothing more is to be written. */
    boolean isOver() {
        return ended || complete;
    }

    /** The answer is written, and all of it. */
    void completed() {
        complete = true;
        settle();
    }

    @Override
    public boolean upgrade(HttpResponse switchingProtocols) {
        if (!whole) {
            throw new IllegalStateException(
                    "upgrade before the body has arrived (put BodyAggregator around the component)");
        }
        return STATE.compareAndSet(this, State.WAITING, State.UPGRADED)
                && onLoop(() -> {
                    if (!ended) {
                        handler.writer().whole(this, HttpRequest.of(this), dressed(switchingProtocols), false, false);
                        handler.codec().leaveHttp();
                        switched = true;
                        settle();
                    }
                });
    }

    /** What follows an answer, once the callback that gave it has returned. */
    private void settle() {
        if (calling || ended) {
            return;
        }
        if (isUpgraded() && switched) {
            releaseBody();
            ended = true;
            HttpRequest.of(this).pack();
            handler.passOn();
        } else if (complete) {
            finish();
            handler.finished(closeAfter);
        }
    }

    private void releaseBody() {
        if (!whole) {
            return;
        }
        BorrowedMessages.end(HttpRequest.of(this).body());
        body.release();
        if (holding != null) {
            holding.hold(0);
        }
    }

    private void finish() {
        state = State.CLOSED;
        if (!ended) {
            ended = true;
            releaseBody();
            if (answer != null) {
                answer.release();
            }
        }
        level.close();
    }

    /** The peer takes more. */
    void writable() {
        if (answer != null && !ended) {
            answer.pump();
        }
    }

    @Override
    public boolean send(Message message) {
        return switch (state) {
            case UPGRADED -> segment.send(message);
            case STREAMING -> part(BorrowedMessages.bytes(message).retainedDuplicate());
            case WAITING ->
                respond(HttpResponse.of(200)
                        .body(
                                message.isBinary() ? "application/octet-stream" : "text/plain; charset=utf-8",
                                message.bytes()));
            case ANSWERED, CLOSED -> false;
        };
    }

    private boolean part(ByteBuf bytes) {
        if (segment.outbound().loop().inEventLoop()) {
            return partNow(bytes);
        }
        boolean queued = onLoop(() -> partNow(bytes));
        if (!queued) {
            bytes.release();
        }
        return queued;
    }

    private boolean partNow(ByteBuf bytes) {
        begin();
        if (answer == null || ended || complete) {
            bytes.release();
            return false;
        }
        return answer.write(bytes);
    }

    @Override
    public void close() {
        if (STATE.compareAndSet(this, State.STREAMING, State.ANSWERED)) {
            onLoop(() -> {
                begin();
                if (answer != null && !ended && !complete) {
                    answer.end();
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
            onLoop(below::close);
        }
    }

    private boolean onLoop(Runnable task) {
        try {
            segment.onLoop(task);
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
    }

    @Override
    public void addHeader(String name, String value) {
        HttpResponse.check(name, value);
        synchronized (facts) {
            List<Map.Entry<String, String>> more = new ArrayList<>(added);
            more.add(Map.entry(name, value));
            added = more;
        }
    }

    private HttpResponse dressed(HttpResponse response) {
        synchronized (facts) {
            return response.with(added).with(cors);
        }
    }

    @Override
    public boolean isOpen() {
        State now = state;
        return (now == State.WAITING || now == State.STREAMING || now == State.UPGRADED) && below.isOpen();
    }

    @Override
    public boolean isWritable() {
        return isOpen() && below.isWritable();
    }

    @Override
    public Connection underlying() {
        return below;
    }

    @Override
    public Attributes attributes() {
        return facts;
    }

    @Override
    public String toString() {
        String known = client;
        return known == null ? below.toString() : known + " by way of " + below;
    }
}

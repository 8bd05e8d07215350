package dev.sprocket.http.sse;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.internal.exchange.ExchangeControl;
import dev.sprocket.http.internal.h1.ChunkedEncoding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Per-connection handler of {@link EventStream}, and the connection that components see. */
final class SseConnectionHandler implements SseConnection, StackedConnection, LoopTimer.Task {
    private static final PeerLog LOG = PeerLog.of(EventStream.class);
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpConnection underlying;
    private final ExchangeControl exchange;
    private final Attributes attributes;
    private final ComponentInvoker<SseConnection> invoker;
    private final PipelineContext pipeline;
    private final long keepalive;
    private long nextComment;

    SseConnectionHandler(
            MessageComponent<? super SseConnection, ? super Message> app,
            HttpConnection underlying,
            ExchangeControl exchange,
            Duration keepalive,
            boolean verbatim) {
        this.underlying = underlying;
        this.exchange = exchange;
        this.attributes = new Attributes(underlying.attributes());
        this.keepalive = keepalive.toNanos();
        this.pipeline = verbatim
                ? exchange.attachStream(this, SseEncoder.VERBATIM, SseEncoder.VERBATIM_CHUNKED)
                : exchange.attachStream(this, SseEncoder.PLAIN, SseEncoder.CHUNKED);
        this.invoker = new ComponentInvoker<>(app, this);
    }

    void open() {
        LoopTimer timer = pipeline.timer();
        nextComment = timer.now() + keepalive;
        timer.add(this);
        // Firefox fires EventSource's open event at the first byte of the body, not at the head
        offer(Unpooled.wrappedBuffer(COMMENT));
        invoker.open();
        // a stream may stay open for days
        exchange.packRequest();
    }

    void end() {
        invoker.close();
    }

    @Override
    public boolean tick(long now) {
        if (now - nextComment >= 0 && isOpen()) {
            nextComment = now + keepalive;
            offer(Unpooled.wrappedBuffer(COMMENT));
        }
        return isOpen();
    }

    @Override
    @CanIgnoreReturnValue
    public boolean send(SseEvent event) {
        return isOpen() && offer(SseEncoder.encode(event, pipeline.alloc()));
    }

    /** Sends an event, which may be dropped for slow peers, because events are independent. */
    @CanIgnoreReturnValue
    private boolean offer(ByteBuf event) {
        return pipeline.offer(isChunked() ? ChunkedEncoding.of(event, pipeline.alloc()) : event, null);
    }

    @SuppressWarnings("ReferenceEquality") // encoders are compared by identity
    private boolean isChunked() {
        return pipeline.encoder() == SseEncoder.CHUNKED || pipeline.encoder() == SseEncoder.VERBATIM_CHUNKED;
    }

    @Override
    @CanIgnoreReturnValue
    public boolean send(Message message) {
        if (message.isBinary()) {
            LOG.info(this, "message dropped, event streams support text only: peer={} message={}", this, message);
            return false;
        }
        return isOpen() && pipeline.send(message);
    }

    @Override
    public Optional<String> lastEventId() {
        return HttpRequest.of(this)
                .header("Last-Event-ID")
                .map(EventStream::lastEventId)
                .filter(id -> !id.isEmpty());
    }

    /** Ends the stream, or cuts it off after a failure, because its status was sent. */
    @Override
    public void close(CloseReason reason) {
        switch (reason.type()) {
            case NORMAL, END_OF_STREAM, SHUTDOWN, UNAUTHORIZED, OVERFLOW -> close();
            case MALFORMED, UNSUPPORTED, FORBIDDEN, LIMIT_EXCEEDED, FAILURE -> exchange.abort();
        }
    }

    @Override
    public boolean isWritable() {
        return isOpen() && underlying.isWritable();
    }

    @Override
    public HttpConnection underlying() {
        return underlying;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return exchange.toString();
    }
}

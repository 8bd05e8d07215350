package dev.sprocket.http;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.CloseableWithCause;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.core.spi.StackedConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The level of {@link EventStream}: one for each connection, which it also is. */
final class SseConnectionHandler implements SseConnection, StackedConnection, CloseableWithCause, LoopTimer.Task {
    private static final PeerLog LOG = PeerLog.of(EventStream.class);
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpConnection underlying;
    private final HttpExchange exchange;
    private final Attributes attributes;
    private final ComponentInvoker<SseConnection> invoker;
    private final PipelineContext pipeline;
    private final long keepalive;
    private long nextComment;

    SseConnectionHandler(
            MessageComponent<? super SseConnection, ? super Message> app,
            HttpConnection below,
            HttpExchange exchange,
            Duration keepalive,
            boolean verbatim) {
        this.underlying = below;
        this.exchange = exchange;
        this.attributes = new Attributes(below.attributes());
        this.keepalive = keepalive.toNanos();
        this.pipeline = verbatim
                ? exchange.attachStream(this, SseEncoder.VERBATIM, SseEncoder.VERBATIM_CHUNKED)
                : exchange.attachStream(this, SseEncoder.PLAIN, SseEncoder.CHUNKED);
        this.invoker = new ComponentInvoker<>(app, this);
    }

    void open() {
        LoopTimer sweep = LoopTimer.of(pipeline.outbound().loop());
        nextComment = sweep.now() + keepalive;
        sweep.add(this);
        // Firefox fires EventSource's open event at the first byte of the body, not at the head
        offer(Unpooled.wrappedBuffer(COMMENT));
        invoker.open();
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
    public boolean send(SseEvent event) {
        return isOpen() && offer(SseEncoder.encode(event, pipeline.alloc()));
    }

    /** No event depends on another, so one may be dropped if the peer reads too slowly. */
    private boolean offer(ByteBuf event) {
        return pipeline.offer(isChunked() ? ChunkedEncoding.of(event, pipeline.alloc()) : event, null);
    }

    @SuppressWarnings("ReferenceEquality") // framings are told apart by who they are
    private boolean isChunked() {
        return pipeline.encoder() == SseEncoder.CHUNKED || pipeline.encoder() == SseEncoder.VERBATIM_CHUNKED;
    }

    @Override
    public boolean send(Message message) {
        if (message.isBinary()) {
            LOG.info(this, "{}: {} is not sent (expected: text, which is all that events can be)", this, message);
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

    @Override
    public void close() {
        underlying.close();
    }

    /** The stream is visibly cut off, since its status has left long ago. */
    @Override
    public void closeWithCause(Throwable cause) {
        exchange.abort();
    }

    @Override
    public boolean isOpen() {
        return underlying.isOpen();
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

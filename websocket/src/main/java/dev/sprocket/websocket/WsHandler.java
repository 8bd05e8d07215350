package dev.sprocket.websocket;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.internal.log.AccessRecord;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.internal.transport.LoopIteration;
import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.internal.transport.ReadBudget;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.websocket.internal.compression.ContextTakeover;
import dev.sprocket.websocket.internal.frame.FragmentBoundaries;
import dev.sprocket.websocket.internal.frame.FrameDecoder;
import dev.sprocket.websocket.internal.frame.FrameLimits;
import dev.sprocket.websocket.internal.frame.Opcode;
import dev.sprocket.websocket.internal.frame.WebSocketProtocolException;
import dev.sprocket.websocket.internal.keepalive.Heartbeat;
import dev.sprocket.websocket.internal.metrics.WsMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** Per-connection handler of {@link WsServer}, and the connection that the application sees. */
final class WsHandler extends ChannelInboundHandlerAdapter
        implements WsConnection, StackedConnection, FrameDecoder.Sink, Heartbeat.MonitoredConnection {
    /** Time for the peer to answer a close frame. */
    private static final long CLOSE_SECONDS = 5;

    private static final AtomicIntegerFieldUpdater<WsHandler> CLOSING =
            AtomicIntegerFieldUpdater.newUpdater(WsHandler.class, "closing");

    private static final PeerLog LOG = WsLog.LOG;

    private final MessageComponent<? super WsConnection, ? super Message> app;
    private final HttpConnection underlying;
    private final @Nullable String subprotocol;
    private final Attributes attributes;
    private final ComponentInvoker<WsConnection> invoker;
    private final FrameDecoder decoder;
    /** 1 as soon as either side has started to close, else 0. */
    private volatile int closing;

    private final WsServerState server;
    private final @Nullable NegotiatedCompression compression;
    private final @Nullable ContextTakeover takeover;
    private final @Nullable FragmentBoundaries fragments;
    private @Nullable Outbound outbound;
    private @Nullable ReadBudget budget;
    /** Received bytes that will be decoded in a later loop iteration. */
    private @Nullable ByteBuf undecoded;

    private @Nullable FrameWriter writer;
    private InboundBudget.@Nullable Reservation reservation;
    private @Nullable Heartbeat heartbeat;
    private @Nullable ScheduledFuture<?> closeTimer;
    /** Time of the first unanswered ping, on the event loop's clock, or 0. */
    private long pingSentAt;

    private volatile long roundTrip;

    WsHandler(
            WsServerState server,
            MessageComponent<? super WsConnection, ? super Message> app,
            HttpConnection underlying,
            Optional<String> subprotocol,
            @Nullable NegotiatedCompression compression,
            @Nullable ContextTakeover takeover) {
        this.server = server;
        this.app = app;
        this.underlying = underlying;
        this.subprotocol = subprotocol.orElse(null);
        this.compression = compression;
        this.takeover = takeover;
        this.attributes = new Attributes(underlying.attributes());
        this.invoker = new ComponentInvoker<>(app, this);
        this.fragments = server.options().keepsFragments() ? new FragmentBoundaries() : null;
        FrameLimits limits = server.frameLimits();
        this.decoder = new FrameDecoder(
                limits, this, compression == null ? null : compression.newInflater(limits.message()), fragments);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (compression != null && compression.clientWindow() > 0) {
            ctx.channel().closeFuture().addListener(closed -> server.releaseCompression(compression));
        }
        PipelineContext context = PipelineContext.of(underlying)
                .attach(this, ctx, FrameWriter.encoderFor(compression), takeover != null)
                .withExplicitClose();
        outbound = context.outbound();
        budget = new ReadBudget(context.inbound(), () -> resumeDecoding(ctx));
        writer = new FrameWriter(context, compression, takeover);
        KeepAlive keepAlive = server.options().keepAlive();
        if (keepAlive.isOn()) {
            LoopTimer timer = LoopTimer.of(outbound.loop());
            heartbeat = new Heartbeat(
                    this,
                    keepAlive.idle(),
                    keepAlive.pongTimeout(),
                    Heartbeat.randomStart(timer.now(), keepAlive.idle()));
            timer.add(heartbeat);
        }
        if (!isStream(ctx)) {
            CoreMetrics.changed(CoreMetrics.Protocol.HTTP_1, CoreMetrics.Protocol.WEBSOCKET);
        }
        invoker.open();
    }

    /** Reports whether a channel is a stream of HTTP/2, whose connection stays one of HTTP/2. */
    private static boolean isStream(ChannelHandlerContext of) {
        Channel parent = of.channel().parent();
        return parent != null && !(parent instanceof ServerChannel);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (!isStream(ctx)) {
            CoreMetrics.changed(CoreMetrics.Protocol.WEBSOCKET, CoreMetrics.Protocol.HTTP_1);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        if (heartbeat != null) {
            heartbeat.onBytesReceived();
        }
        if (undecoded != null) {
            undecoded = append(undecoded, bytes, ctx.alloc());
            return;
        }
        decode(ctx, bytes);
    }

    /** Appends a buffer to one flat composite; nested composites, thousands deep, would overflow the stack. */
    private static ByteBuf append(ByteBuf first, ByteBuf next, ByteBufAllocator alloc) {
        CompositeByteBuf all = first instanceof CompositeByteBuf parts
                ? parts.discardReadComponents()
                : alloc.compositeBuffer(Integer.MAX_VALUE).addComponent(true, first);
        return all.addComponent(true, next);
    }

    private void decode(ChannelHandlerContext ctx, ByteBuf bytes) {
        try {
            decoder.decode(bytes, ctx.alloc());
            updateReservation();
        } catch (WebSocketProtocolException violation) {
            closeForViolation(violation);
        } finally {
            if (bytes.isReadable() && budget != null && budget.isPaused()) {
                undecoded = bytes;
            } else {
                bytes.release();
            }
        }
    }

    @Override
    public boolean isReady() {
        return budget == null || budget.allows();
    }

    private void resumeDecoding(ChannelHandlerContext ctx) {
        ByteBuf rest = undecoded;
        if (rest != null) {
            undecoded = null;
            decode(ctx, rest);
        }
    }

    /** Discards the undecoded bytes of a connection that was cut, and counts the lost messages. */
    private void discardUndecoded() {
        ByteBuf rest = undecoded;
        if (rest != null) {
            undecoded = null;
            if (closing == 0) {
                ReadBudget.logDropped(this, decoder.countMessages(rest));
            }
            rest.release();
        }
    }

    /** Reports the bytes of an incomplete message to the inbound budget. */
    private void updateReservation() {
        int bytes = decoder.unfinishedBytes();
        if (reservation == null && bytes > 0) {
            reservation = InboundBudget.of(underlying)
                    .newReservation(() -> outbound().loop().execute(this::onEvicted));
        }
        if (reservation != null) {
            reservation.resize(bytes);
        }
    }

    /**
     * Closes the connection after the inbound budget was exceeded.
     *
     * <p>Called for the connection with the highest product of bytes and seconds held. The close code is 1013, "try
     * again later" (RFC 6455 7.4.2).
     */
    private void onEvicted() {
        if (isOpen()) {
            LOG.info(
                    this,
                    "connection evicted to free inbound memory: peer={} heldBytes={} limitBytes={} code=1013"
                            + " (many peers: raise inbound-memory-limit; one network: block it)",
                    this,
                    decoder.unfinishedBytes(),
                    InboundBudget.of(underlying).limit());
            fail(new WebSocketProtocolException(1013, "too many incomplete messages"));
            decoder.release();
        }
    }

    @Override
    public void onMessage(boolean binary, ByteBuf payload) {
        Message message = binary ? BorrowedMessages.binary(payload) : BorrowedMessages.text(payload);
        try {
            invoker.deliver(app, fragments == null ? message : fragments.applyTo(message));
        } finally {
            BorrowedMessages.invalidate(message);
        }
    }

    @Override
    public void onControlFrame(int opcode, ByteBuf payload) {
        if (opcode == Opcode.PING) {
            writer().frame(Opcode.PONG, payload);
        } else if (opcode == Opcode.PONG) {
            if (pingSentAt != 0) {
                roundTrip = now() - pingSentAt;
                pingSentAt = 0;
            }
        } else if (opcode == Opcode.CLOSE) {
            CloseStatus status = CloseFrame.read(payload);
            decoder.stop();
            if (beginClosing()) {
                CloseStatus.KEY.set(this, status);
                writer().close(status.code() == 1005 ? 1000 : status.code(), status.reason());
            } else {
                CloseStatus sent = CloseStatus.of(this);
                CloseStatus.KEY.set(this, new CloseStatus(sent.code(), sent.reason(), true));
            }
            outbound().close();
        }
    }

    /**
     * Fails the connection after a protocol violation or an exceeded limit (RFC 6455 7.1.7).
     *
     * <p>Sends a close frame and stops reading. The close codes of limits are 1008 and 1009.
     */
    private void closeForViolation(WebSocketProtocolException violation) {
        boolean limit = violation.code == 1008 || violation.code == 1009;
        LOG.cause(violation.code)
                .info(
                        this,
                        limit
                                ? "connection closed, limit exceeded: peer={} code={} reason=\"{}\""
                                : "connection closed, protocol violation: peer={} code={} reason=\"{}\"",
                        this,
                        violation.code,
                        violation.reason);
        fail(violation);
    }

    private void fail(WebSocketProtocolException violation) {
        decoder.stop();
        if (beginClosing()) {
            CloseStatus.KEY.set(this, new CloseStatus(violation.code, violation.reason, false));
            writer().close(violation.code, violation.reason);
        }
        outbound().closeLingering();
    }

    @Override
    public boolean send(Message message) {
        return isOpen() && writer().send(message);
    }

    @Override
    public boolean ping(byte[] payload) {
        if (payload.length > 125) {
            throw new IllegalArgumentException("ping: " + payload.length + " bytes (expected: <= 125, RFC 6455 5.5)");
        }
        return isOpen() && pingNow(Unpooled.wrappedBuffer(payload));
    }

    @CanIgnoreReturnValue
    private boolean pingNow(ByteBuf payload) {
        if (!outbound().loop().inEventLoop()) {
            return LoopIteration.later(outbound().loop(), () -> pingNow(payload));
        }
        if (pingSentAt == 0) {
            pingSentAt = now();
        }
        return writer().frame(Opcode.PING, payload);
    }

    @Override
    public void ping() {
        pingNow(Unpooled.EMPTY_BUFFER);
    }

    @Override
    public boolean isReading() {
        return outbound().inbound().isReading();
    }

    @Override
    public void onPongTimeout() {
        if (beginClosing()) {
            KeepAlive keepAlive = server.options().keepAlive();
            LOG.info(
                    this,
                    "connection closed, no answer to a ping: peer={} idleMs={} pongTimeoutMs={}",
                    this,
                    keepAlive.idle().toMillis(),
                    keepAlive.pongTimeout().toMillis());
            server.countKeepAliveTimeout();
            CloseStatus.KEY.set(this, new CloseStatus(1001, "no answer to a ping", false));
            decoder.stop();
            writer().close(1001, "no answer to a ping");
            outbound().close();
        }
    }

    private long now() {
        return outbound().loop().ticker().nanoTime();
    }

    @Override
    public void close() {
        close(CloseReason.NORMAL);
    }

    @Override
    public void close(int code, String reason) {
        if (!CloseStatus.isSendable(code)) {
            throw new IllegalArgumentException(
                    "close code: " + code + " (expected: 1000-1003, 1007-1014 or 3000-4999, RFC 6455 7.4)");
        }
        close(new CloseStatus(code, reason, false), CloseReason.NORMAL);
    }

    @Override
    public void close(CloseReason reason) {
        close(CloseStatus.of(reason), reason);
    }

    private void close(CloseStatus status, CloseReason closeReason) {
        if (beginClosing()) {
            closeReason.mark(this);
            CloseStatus.KEY.set(this, status);
            if (outbound().loop().inEventLoop()) {
                sendClose(status.code(), status.reason());
            } else {
                outbound().loop().execute(() -> sendClose(status.code(), status.reason()));
            }
        }
    }

    private void sendClose(int code, String reason) {
        writer().close(code, reason);
        closeTimer = outbound().loop().schedule(() -> outbound().close(), CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        decoder.stop();
        discardUndecoded();
        decoder.release();
        if (reservation != null) {
            reservation.resize(0);
        }
        writer().end();
        if (closeTimer != null) {
            closeTimer.cancel(false);
        }
        if (beginClosing()) {
            CloseStatus.KEY.set(this, CloseStatus.LOST);
        }
        WsMetrics.closed(CloseStatus.of(this).code());
        AccessRecord.find(this)
                .ifPresent(record -> record.close(CloseStatus.of(this).code()));
        invoker.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        invoker.fail(cause);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof CloseRequest request && closes(request.reason())) {
            request.claim();
            if (!StackedConnection.closeAbove(this, request.reason())) {
                close(request.reason());
            }
        } else if (!(event instanceof CloseRequest request
                && outbound().inbound().closeAfterPostponed(request))) {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** Reports whether a request to close for this reason is answered with a close frame. */
    private static boolean closes(CloseReason reason) {
        return switch (reason.type()) {
            case SHUTDOWN, UNAUTHORIZED, OVERFLOW -> true;
            case NORMAL, END_OF_STREAM, MALFORMED, UNSUPPORTED, FORBIDDEN, LIMIT_EXCEEDED, FAILURE -> false;
        };
    }

    @Override
    public boolean isOpen() {
        Outbound out = outbound;
        return closing == 0 && (out == null ? underlying.isOpen() : out.isOpen());
    }

    @Override
    public Optional<String> subprotocol() {
        return Optional.ofNullable(subprotocol);
    }

    @Override
    public Optional<Duration> roundTrip() {
        long nanos = roundTrip;
        return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    @Override
    public boolean isWritable() {
        return closing == 0 && underlying.isWritable();
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
        return underlying.toString();
    }

    /** Starts the close; returns false if either side has started before. */
    private boolean beginClosing() {
        return CLOSING.compareAndSet(this, 0, 1);
    }

    private FrameWriter writer() {
        return Objects.requireNonNull(writer);
    }

    private Outbound outbound() {
        return Objects.requireNonNull(outbound);
    }
}

package dev.sprocket.websocket;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.BeforeClose;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.core.spi.CloseableWithCause;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LocalClose;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.Outbound;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.core.spi.ReadBudget;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.http.HttpConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The level of {@link WsServer}: one for each connection, which it also is. */
final class WsHandler extends ChannelInboundHandlerAdapter
        implements WsConnection, StackedConnection, CloseableWithCause, FrameDecoder.Sink, Heartbeat.Patient {
    /** How long the peer may take to answer a close frame. */
    private static final long CLOSE_SECONDS = 5;

    private static final AtomicIntegerFieldUpdater<WsHandler> CLOSING =
            AtomicIntegerFieldUpdater.newUpdater(WsHandler.class, "closing");

    private static final PeerLog LOG = PeerLog.of(WsServer.class);

    private final MessageComponent<? super WsConnection, ? super Message> app;
    private final HttpConnection below;
    private final @Nullable String subprotocol;
    private final Attributes facts;
    private final ComponentInvoker<WsConnection> level;
    private final FrameDecoder decoder;
    /** 1 as soon as either side has begun to close. */
    private volatile int closing;

    private final WsServer server;
    private final @Nullable NegotiatedCompression compression;
    private final @Nullable ContextTakeover takeover;
    private final @Nullable FragmentBoundaries fragments;
    private @Nullable Outbound outbound;
    private @Nullable ReadBudget budget;
    /** What was read and is to be decoded in another iteration of the event loop. */
    private @Nullable ByteBuf kept;

    private @Nullable FrameWriter writer;
    private InboundBudget.@Nullable Reservation holding;
    private @Nullable Heartbeat heartbeat;
    private @Nullable ScheduledFuture<?> closeTimer;
    /** When a ping left, on the event loop's clock; 0 if none waits for its pong. */
    private long pingedAt;

    private volatile long roundTrip;

    WsHandler(
            WsServer server,
            MessageComponent<? super WsConnection, ? super Message> app,
            HttpConnection below,
            Optional<String> subprotocol,
            @Nullable NegotiatedCompression compression,
            @Nullable ContextTakeover takeover) {
        this.server = server;
        this.app = app;
        this.below = below;
        this.subprotocol = subprotocol.orElse(null);
        this.compression = compression;
        this.takeover = takeover;
        this.facts = new Attributes(below.attributes());
        this.level = new ComponentInvoker<>(app, this);
        WsLimits limits = server.options().limits();
        this.fragments = server.options().keepsFragments() ? new FragmentBoundaries() : null;
        this.decoder = new FrameDecoder(
                limits, this, compression == null ? null : compression.inflation(limits.message()), fragments);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (compression != null && compression.clientWindow() > 0) {
            ctx.channel().closeFuture().addListener(closed -> server.released(compression));
        }
        PipelineContext segment = PipelineContext.of(below)
                .attach(this, ctx, FrameWriter.framing(compression), takeover != null)
                .withExplicitClose();
        outbound = segment.outbound();
        budget = new ReadBudget(segment.outbound(), () -> goOn(ctx));
        writer = new FrameWriter(segment, compression, takeover);
        KeepAlive times = server.options().keepAlive();
        if (times.isOn()) {
            LoopTimer sweep = LoopTimer.of(outbound.loop());
            heartbeat = new Heartbeat(this, times, sweep.now());
            sweep.add(heartbeat);
        }
        level.open();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        if (heartbeat != null) {
            heartbeat.heard();
        }
        if (kept != null) {
            kept = behind(kept, bytes, ctx.alloc());
            return;
        }
        decode(ctx, bytes);
    }

    /** One buffer of all parts: a buffer around a buffer, thousands deep, would overflow the stack. */
    private static ByteBuf behind(ByteBuf first, ByteBuf next, ByteBufAllocator alloc) {
        CompositeByteBuf all = first instanceof CompositeByteBuf parts
                ? parts.discardReadComponents()
                : alloc.compositeBuffer(Integer.MAX_VALUE).addComponent(true, first);
        return all.addComponent(true, next);
    }

    private void decode(ChannelHandlerContext ctx, ByteBuf bytes) {
        try {
            decoder.decode(bytes, ctx.alloc());
            account();
        } catch (WebSocketProtocolException violation) {
            violated(violation);
        } finally {
            if (bytes.isReadable() && budget != null && budget.isPaused()) {
                kept = bytes;
            } else {
                bytes.release();
            }
        }
    }

    @Override
    public boolean takesMore() {
        return budget == null || budget.allows();
    }

    private void goOn(ChannelHandlerContext ctx) {
        ByteBuf rest = kept;
        if (rest != null) {
            kept = null;
            decode(ctx, rest);
        }
    }

    /** The connection was cut: nothing is done for its peer any more. */
    private void forget() {
        ByteBuf rest = kept;
        if (rest != null) {
            kept = null;
            if (closing == 0) {
                ReadBudget.logDropped(this, decoder.messagesIn(rest));
            }
            rest.release();
        }
    }

    /** Says how much of an unfinished message waits for its end. */
    private void account() {
        int bytes = decoder.unfinished();
        if (holding == null && bytes > 0) {
            holding = InboundBudget.of(below)
                    .newReservation(() -> outbound().loop().execute(this::evicted));
        }
        if (holding != null) {
            holding.resize(bytes);
        }
    }

    /** The unfinished messages of all connections are too much, and this has most of them (RFC 6455 7.4.2: 1013). */
    private void evicted() {
        if (isOpen()) {
            violated(new WebSocketProtocolException(1013, "too many unfinished messages"));
            decoder.release();
        }
    }

    @Override
    public void message(boolean binary, ByteBuf payload) {
        Message message = binary ? BorrowedMessages.binary(payload) : BorrowedMessages.text(payload);
        try {
            level.deliver(app, fragments == null ? message : fragments.mark(message));
        } finally {
            BorrowedMessages.invalidate(message);
        }
    }

    @Override
    public void control(int opcode, ByteBuf payload) {
        if (opcode == Opcode.PING) {
            writer().frame(Opcode.PONG, payload);
        } else if (opcode == Opcode.PONG) {
            if (pingedAt != 0) {
                roundTrip = now() - pingedAt;
                pingedAt = 0;
            }
        } else if (opcode == Opcode.CLOSE) {
            CloseStatus status = CloseFrame.read(payload);
            decoder.stop();
            if (beginClosing()) {
                CloseStatus.KEY.set(this, status);
                writer().close(status.code() == 1005 ? 1000 : status.code(), status.reason());
            } else {
                CloseStatus ours = CloseStatus.of(this);
                CloseStatus.KEY.set(this, new CloseStatus(ours.code(), ours.reason(), true));
            }
            outbound().close();
        }
    }

    /** The peer broke a rule: it is told, and not listened to any more (RFC 6455 7.1.7). */
    private void violated(WebSocketProtocolException violation) {
        LOG.cause(violation.code).info(this, "{} closed with {}: {}", this, violation.code, violation.rule);
        decoder.stop();
        if (beginClosing()) {
            CloseStatus.KEY.set(this, new CloseStatus(violation.code, violation.rule, false));
            writer().close(violation.code, violation.rule);
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

    private boolean pingNow(ByteBuf payload) {
        if (!outbound().loop().inEventLoop()) {
            try {
                outbound().loop().execute(() -> pingNow(payload));
                return true;
            } catch (RejectedExecutionException stopped) {
                return false;
            }
        }
        if (pingedAt == 0) {
            pingedAt = now();
        }
        return writer().frame(Opcode.PING, payload);
    }

    @Override
    public void ping() {
        pingNow(Unpooled.EMPTY_BUFFER);
    }

    @Override
    public boolean isReading() {
        return outbound().isReading();
    }

    @Override
    public void silent() {
        if (beginClosing()) {
            KeepAlive times = server.options().keepAlive();
            LOG.info(
                    this,
                    "{} closed with 1001: no sign of life for {}, and no answer to a ping for {}",
                    this,
                    times.idle(),
                    times.pongTimeout());
            server.countSilent();
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
    public void close(int code, String reason) {
        if (!CloseStatus.isSendable(code)) {
            throw new IllegalArgumentException(
                    "close code: " + code + " (expected: 1000-1003, 1007-1014 or 3000-4999, RFC 6455 7.4)");
        }
        if (beginClosing()) {
            LocalClose.mark(this);
            CloseStatus.KEY.set(this, new CloseStatus(code, reason, false));
            if (outbound().loop().inEventLoop()) {
                goodbye(code, reason);
            } else {
                outbound().loop().execute(() -> goodbye(code, reason));
            }
        }
    }

    @Override
    public void closeWithCause(Throwable cause) {
        CloseStatus why = CloseStatus.because(cause);
        close(why.code(), why.reason());
    }

    private void goodbye(int code, String reason) {
        writer().close(code, reason);
        closeTimer = outbound().loop().schedule(() -> outbound().close(), CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        decoder.stop();
        forget();
        decoder.release();
        if (holding != null) {
            holding.resize(0);
        }
        writer().end();
        if (closeTimer != null) {
            closeTimer.cancel(false);
        }
        if (beginClosing()) {
            CloseStatus.KEY.set(this, CloseStatus.LOST);
        }
        level.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        level.fail(cause);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof CloseRequest ending && ending.cause() == CloseRequest.Cause.SERVER_SHUTDOWN) {
            ending.claim();
            BeforeClose.run(this, ending.cause(), () -> close(1001, "server is going away"));
        } else if (event instanceof CloseRequest ending && ending.cause() == CloseRequest.Cause.UNAUTHORIZED) {
            ending.claim();
            BeforeClose.run(this, ending.cause(), () -> close(CloseStatus.UNAUTHORIZED, "no longer authorized"));
        } else if (event instanceof CloseRequest ending && ending.cause() == CloseRequest.Cause.OVERFLOW) {
            ending.claim();
            close(1008, "reads too slowly");
        } else if (!(event instanceof CloseRequest ending && outbound().closeAfterPostponed(ending))) {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public boolean isOpen() {
        Outbound way = outbound;
        return closing == 0 && (way == null ? below.isOpen() : way.isOpen());
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
        return closing == 0 && below.isWritable();
    }

    @Override
    public HttpConnection underlying() {
        return below;
    }

    @Override
    public Attributes attributes() {
        return facts;
    }

    @Override
    public String toString() {
        return below.toString();
    }

    /** Whether nobody has begun before. */
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

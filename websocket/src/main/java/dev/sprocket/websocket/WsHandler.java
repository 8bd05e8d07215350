package dev.sprocket.websocket;

import dev.sprocket.core.Facts;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.Ending;
import dev.sprocket.core.spi.Level;
import dev.sprocket.core.spi.Segment;
import dev.sprocket.http.HttpConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The level of {@link WsServer}: one for each connection, which it also is. */
final class WsHandler extends ChannelInboundHandlerAdapter implements WsConnection, FrameDecoder.Sink {
    /** How long the peer may take to answer a close frame. */
    private static final long CLOSE_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(WsServer.class);

    private final MessageComponent<? super WsConnection, ? super Message> app;
    private final HttpConnection below;
    private final @Nullable String subprotocol;
    private final Facts facts;
    private final Level<WsConnection> level;
    private final FrameDecoder decoder;
    private final AtomicBoolean closing = new AtomicBoolean();
    private @Nullable Segment segment;
    private @Nullable ScheduledFuture<?> closeTimer;
    /** Our close frame is on its way: nothing may follow it. On the event loop. */
    private boolean goodbyeSent;

    WsHandler(
            MessageComponent<? super WsConnection, ? super Message> app,
            HttpConnection below,
            WsLimits limits,
            Optional<String> subprotocol) {
        this.app = app;
        this.below = below;
        this.subprotocol = subprotocol.orElse(null);
        this.facts = new Facts(below.facts());
        this.level = new Level<>(app, this, ws -> ws.close(1011, ""));
        this.decoder = new FrameDecoder(limits, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        segment = Segment.of(below).above(this, ctx, Frames.MESSAGE);
        level.open();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        try {
            decoder.decode(bytes, ctx.alloc());
        } catch (Violation violation) {
            violated(violation);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void message(boolean binary, ByteBuf payload) {
        level.deliver(app, binary ? Message.binary(payload) : Message.text(payload));
    }

    @Override
    public void control(int opcode, ByteBuf payload) {
        if (opcode == Opcode.PING) {
            write(Opcode.PONG, payload);
        } else if (opcode == Opcode.CLOSE) {
            CloseStatus status = ClosePayload.read(payload);
            decoder.stop();
            if (closing.compareAndSet(false, true)) {
                CloseStatus.KEY.set(this, status);
                goodbye(status.code() == 1005 ? 1000 : status.code(), status.reason());
            } else {
                CloseStatus ours = CloseStatus.of(this);
                CloseStatus.KEY.set(this, new CloseStatus(ours.code(), ours.reason(), true));
            }
            segment().outbound().close();
        }
    }

    /** The peer broke a rule: it is told, and not listened to any more (RFC 6455 7.1.7). */
    private void violated(Violation violation) {
        LOG.info("{} closed with {}: {}", this, violation.code, violation.rule);
        decoder.stop();
        if (closing.compareAndSet(false, true)) {
            CloseStatus.KEY.set(this, new CloseStatus(violation.code, violation.rule, false));
            goodbye(violation.code, violation.rule);
        }
        segment().outbound().closeLingering();
    }

    @Override
    public boolean send(Message message) {
        return isOpen() && write(message.isBinary() ? Opcode.BINARY : Opcode.TEXT, message.content());
    }

    @Override
    public boolean ping(byte[] payload) {
        if (payload.length > 125) {
            throw new IllegalArgumentException("ping: " + payload.length + " bytes (expected: <= 125, RFC 6455 5.5)");
        }
        return isOpen() && write(Opcode.PING, Unpooled.wrappedBuffer(payload));
    }

    /** Sends a frame; the payload stays the caller's. */
    private boolean write(int opcode, ByteBuf payload) {
        Segment own = segment();
        if (!own.outbound().loop().inEventLoop()) {
            return writeLater(Frames.frame(opcode, payload, own.alloc()));
        }
        if (goodbyeSent) {
            return false;
        }
        ByteBuf room = own.gather(payload.readableBytes() + Frames.LONGEST_HEAD);
        if (room == null) {
            return own.write(Frames.frame(opcode, payload, own.alloc()));
        }
        Frames.append(opcode, payload, room);
        return true;
    }

    private boolean writeLater(ByteBuf frame) {
        try {
            segment().outbound().loop().execute(() -> writeFrame(frame));
            return true;
        } catch (RejectedExecutionException stopped) {
            frame.release();
            return false;
        }
    }

    /** Sends a frame that another thread made, unless our close frame went before it (RFC 6455 5.5.1). */
    private void writeFrame(ByteBuf frame) {
        ByteBuf room = goodbyeSent ? null : segment().gather(frame.readableBytes());
        if (room == null && !goodbyeSent) {
            segment().write(frame);
            return;
        }
        if (room != null) {
            room.writeBytes(frame);
        }
        frame.release();
    }

    @Override
    public void close(int code, String reason) {
        if (!CloseStatus.isSendable(code)) {
            throw new IllegalArgumentException(
                    "close code: " + code + " (expected: 1000-1003, 1007-1014 or 3000-4999, RFC 6455 7.4)");
        }
        if (closing.compareAndSet(false, true)) {
            CloseStatus.KEY.set(this, new CloseStatus(code, reason, false));
            segment().onLoop(() -> {
                goodbye(code, reason);
                closeTimer = segment()
                        .outbound()
                        .loop()
                        .schedule(() -> segment().outbound().close(), CLOSE_SECONDS, TimeUnit.SECONDS);
            });
        }
    }

    private void goodbye(int code, String reason) {
        write(Opcode.CLOSE, ClosePayload.write(code, reason));
        goodbyeSent = true;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        decoder.stop();
        decoder.release();
        if (closeTimer != null) {
            closeTimer.cancel(false);
        }
        if (closing.compareAndSet(false, true)) {
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
        if (event instanceof Ending ending && ending.cause() == Ending.Cause.SERVER_STOPS) {
            ending.take();
            close(1001, "server is going away");
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public boolean isOpen() {
        Segment own = segment;
        return !closing.get() && (own == null ? below.isOpen() : own.outbound().isOpen());
    }

    @Override
    public Optional<String> subprotocol() {
        return Optional.ofNullable(subprotocol);
    }

    @Override
    public SocketAddress remoteAddress() {
        return below.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return below.localAddress();
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public String toString() {
        return below.toString();
    }

    private Segment segment() {
        return Objects.requireNonNull(segment);
    }
}

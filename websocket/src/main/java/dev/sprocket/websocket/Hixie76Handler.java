package dev.sprocket.websocket;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.core.spi.CloseableWithCause;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LocalClose;
import dev.sprocket.core.spi.MessageEncoder;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A connection that speaks hixie-76: text only, a close without a code, no ping. {@link Hixie76Decoder} takes the frames apart. */
final class Hixie76Handler extends ChannelInboundHandlerAdapter
        implements WsConnection, StackedConnection, CloseableWithCause {
    /** How long the peer may take to answer a close frame. */
    private static final long CLOSE_SECONDS = 5;
    /** How long the third key of the handshake may take, which follows its head. */
    private static final long KEY_SECONDS = 10;

    private static final PeerLog LOG = PeerLog.of(WsServer.class);
    private static final MessageEncoder FRAMING = (message, alloc) -> alloc.directBuffer(message.size() + 2)
            .writeByte(0x00)
            .writeBytes(
                    BorrowedMessages.bytes(message),
                    BorrowedMessages.bytes(message).readerIndex(),
                    message.size())
            .writeByte(0xFF);

    private final MessageComponent<? super WsConnection, ? super Message> app;
    private final HttpConnection below;
    private final @Nullable String subprotocol;
    private final Attributes facts;
    private final ComponentInvoker<WsConnection> level;
    private final AtomicBoolean closing = new AtomicBoolean();
    private @Nullable PipelineContext segment;
    private @Nullable ScheduledFuture<?> closeTimer;
    private @Nullable ScheduledFuture<?> keyTimer;

    Hixie76Handler(
            MessageComponent<? super WsConnection, ? super Message> app,
            HttpConnection below,
            Optional<String> subprotocol) {
        this.app = app;
        this.below = below;
        this.subprotocol = subprotocol.orElse(null);
        this.facts = new Attributes(below.attributes());
        this.level = new ComponentInvoker<>(app, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        segment = PipelineContext.of(below).attach(this, ctx, FRAMING);
        keyTimer = segment.outbound().loop().schedule(this::keyMissing, KEY_SECONDS, TimeUnit.SECONDS);
    }

    private void keyMissing() {
        LOG.info(this, "{} closed: no third key within {} s (hixie-76 1.3)", this, KEY_SECONDS);
        segment().outbound().close();
    }

    private void open(ByteBuf key) {
        Objects.requireNonNull(keyTimer).cancel(false);
        segment().write(Unpooled.wrappedBuffer(Hixie76.solution(HttpRequest.of(below), key)));
        level.open();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        try {
            if (read instanceof CloseWebSocketFrame) {
                peerCloses();
            } else if (read instanceof ByteBuf key) {
                open(key);
            } else if (read instanceof WebSocketFrame frame) {
                text(frame.content());
            }
        } finally {
            ReferenceCountUtil.release(read);
        }
    }

    private void text(ByteBuf bytes) {
        if (Utf8Validator.next(Utf8Validator.START, bytes, bytes.readerIndex(), bytes.readableBytes())
                == Utf8Validator.START) {
            Message message = BorrowedMessages.text(bytes);
            try {
                level.deliver(app, message);
            } finally {
                BorrowedMessages.invalidate(message);
            }
        } else {
            LOG.info(this, "{} closed: text that is not UTF-8 (hixie-76 5.3)", this);
            close(1007, "");
        }
    }

    private void peerCloses() {
        if (closing.compareAndSet(false, true)) {
            CloseStatus.KEY.set(this, new CloseStatus(1005, "", true));
            goodbye();
        }
        segment().outbound().close();
    }

    private void goodbye() {
        segment().write(Unpooled.wrappedBuffer(new byte[] {(byte) 0xFF, 0x00}));
    }

    @Override
    public boolean send(Message message) {
        if (message.isBinary()) {
            LOG.debug("{}: {} not sent, hixie-76 knows text only", this, message);
            return false;
        }
        return isOpen() && segment().send(message);
    }

    @Override
    public boolean ping(byte[] payload) {
        return false;
    }

    /** The code and the reason are for {@link CloseStatus} alone: the wire has no place for them. */
    @Override
    public void close(int code, String reason) {
        if (closing.compareAndSet(false, true)) {
            LocalClose.mark(this);
            CloseStatus.KEY.set(this, new CloseStatus(code, reason, false));
            segment().onLoop(() -> {
                goodbye();
                closeTimer = segment()
                        .outbound()
                        .loop()
                        .schedule(() -> segment().outbound().close(), CLOSE_SECONDS, TimeUnit.SECONDS);
            });
        }
    }

    @Override
    public void closeWithCause(Throwable cause) {
        CloseStatus why = CloseStatus.because(cause);
        close(why.code(), why.reason());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (closing.compareAndSet(false, true)) {
            CloseStatus.KEY.set(this, CloseStatus.LOST);
        }
        if (keyTimer != null) {
            keyTimer.cancel(false);
        }
        if (closeTimer != null) {
            closeTimer.cancel(false);
        }
        level.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException) {
            LOG.info(this, "{} closed: {}", this, cause.getMessage());
            close(
                    cause.getCause() instanceof TooLongFrameException || cause instanceof TooLongFrameException
                            ? 1009
                            : 1002,
                    "");
        } else {
            level.fail(cause);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof CloseRequest ending
                && (ending.cause() == CloseRequest.Cause.SERVER_SHUTDOWN
                        || ending.cause() == CloseRequest.Cause.UNAUTHORIZED)) {
            ending.claim();
            close(1001, "");
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public boolean isOpen() {
        return !closing.get() && below.isOpen();
    }

    @Override
    public Optional<String> subprotocol() {
        return Optional.ofNullable(subprotocol);
    }

    /** This protocol has no pings. */
    @Override
    public Optional<Duration> roundTrip() {
        return Optional.empty();
    }

    @Override
    public boolean isWritable() {
        return isOpen() && below.isWritable();
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

    private PipelineContext segment() {
        return Objects.requireNonNull(segment);
    }
}

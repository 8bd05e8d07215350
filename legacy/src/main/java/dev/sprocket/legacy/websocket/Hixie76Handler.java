package dev.sprocket.legacy.websocket;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.websocket.CloseStatus;
import dev.sprocket.websocket.WebSocketVersion;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Per-connection handler of hixie-76.
 *
 * <p>The protocol has text messages only, a close without a code, and no ping. {@link Hixie76Decoder} parses the
 * frames.
 */
final class Hixie76Handler extends ChannelInboundHandlerAdapter implements WsConnection, StackedConnection {
    /** Time for the peer to answer a close frame. */
    private static final long CLOSE_SECONDS = 5;
    /** Time for the third key of the handshake to arrive after the request head. */
    private static final long KEY_SECONDS = 10;

    private static final PeerLog LOG = PeerLog.of(WsServer.class);
    private static final LayerContext.Encoder ENCODER = (message, alloc) -> alloc.directBuffer(message.size() + 2)
            .writeByte(0x00)
            .writeBytes(
                    BorrowedMessages.bytes(message),
                    BorrowedMessages.bytes(message).readerIndex(),
                    message.size())
            .writeByte(0xFF);

    private final WebSocketVersion.Upgrade upgrade;
    private final MessageComponent<? super WsConnection, ? super Message> app;
    private final HttpConnection underlying;
    private final Attributes attributes;
    private final ComponentInvoker<WsConnection> invoker;
    private final AtomicBoolean closing = new AtomicBoolean();
    private @Nullable PipelineContext context;
    private @Nullable ScheduledFuture<?> closeTimer;
    private @Nullable ScheduledFuture<?> keyTimer;

    Hixie76Handler(WebSocketVersion.Upgrade upgrade) {
        this.upgrade = upgrade;
        this.app = upgrade.app();
        this.underlying = upgrade.connection();
        this.attributes = new Attributes(underlying.attributes());
        this.invoker = new ComponentInvoker<>(app, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = PipelineContext.of(underlying).attach(this, ctx, ENCODER);
        keyTimer = context.loop().schedule(this::onKeyTimeout, KEY_SECONDS, TimeUnit.SECONDS);
    }

    private void onKeyTimeout() {
        LOG.info(this, "connection closed, third handshake key missing: peer={} timeoutSeconds={}", this, KEY_SECONDS);
        context().outbound().close();
    }

    private void open(ByteBuf key) {
        Objects.requireNonNull(keyTimer).cancel(false);
        context().write(Unpooled.wrappedBuffer(Hixie76.challengeResponse(HttpRequest.of(underlying), key)));
        invoker.open();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        try {
            if (read instanceof CloseWebSocketFrame) {
                onPeerClose();
            } else if (read instanceof ByteBuf key) {
                open(key);
            } else if (read instanceof WebSocketFrame frame) {
                deliverText(frame.content());
            }
        } finally {
            ReferenceCountUtil.release(read);
        }
    }

    private void deliverText(ByteBuf bytes) {
        if (ByteBufUtil.isText(bytes, StandardCharsets.UTF_8)) {
            Message message = BorrowedMessages.text(bytes);
            try {
                invoker.deliver(app, message);
            } finally {
                BorrowedMessages.invalidate(message);
            }
        } else {
            LOG.info(this, "connection closed, text is not UTF-8: peer={} (hixie-76 5.3)", this);
            close(1007, "");
        }
    }

    private void onPeerClose() {
        if (closing.compareAndSet(false, true)) {
            upgrade.closed(this, new CloseStatus(1005, "", true));
            writeCloseFrame();
        }
        context().outbound().close();
    }

    private void writeCloseFrame() {
        context().write(Unpooled.wrappedBuffer(new byte[] {(byte) 0xFF, 0x00}));
    }

    @Override
    public boolean send(Message message) {
        if (message.isBinary()) {
            LOG.debug("message dropped, hixie-76 supports text only: peer={} message={}", this, message);
            return false;
        }
        return isOpen() && context().send(message);
    }

    @Override
    public boolean ping(byte[] payload) {
        return false;
    }

    /** Closes the connection; code and reason are set in {@link CloseStatus} only, hixie-76 cannot send them. */
    @Override
    public void close() {
        close(CloseReason.NORMAL);
    }

    @Override
    public void close(int code, String reason) {
        close(new CloseStatus(code, reason, false), CloseReason.NORMAL);
    }

    @Override
    public void close(CloseReason reason) {
        close(upgrade.statusFor(reason), reason);
    }

    private void close(CloseStatus status, CloseReason reason) {
        if (closing.compareAndSet(false, true)) {
            reason.mark(this);
            upgrade.closed(this, status);
            context().onLoop(() -> {
                writeCloseFrame();
                closeTimer = context()
                        .outbound()
                        .loop()
                        .schedule(() -> context().outbound().close(), CLOSE_SECONDS, TimeUnit.SECONDS);
            });
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (closing.compareAndSet(false, true)) {
            upgrade.closed(this, new CloseStatus(1006, "", false));
        }
        if (keyTimer != null) {
            keyTimer.cancel(false);
        }
        if (closeTimer != null) {
            closeTimer.cancel(false);
        }
        invoker.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException) {
            LOG.info(this, "connection closed: peer={} reason={}", this, cause.getMessage());
            close(
                    cause.getCause() instanceof TooLongFrameException || cause instanceof TooLongFrameException
                            ? 1009
                            : 1002,
                    "");
        } else {
            invoker.fail(cause);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof CloseRequest request
                && (request.reason().type() == CloseReason.Type.SHUTDOWN
                        || request.reason().type() == CloseReason.Type.UNAUTHORIZED)) {
            request.claim();
            close(1001, "");
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public boolean isOpen() {
        return !closing.get() && underlying.isOpen();
    }

    @Override
    public Optional<String> subprotocol() {
        return upgrade.subprotocol();
    }

    /** Returns empty: this protocol has no pings. */
    @Override
    public Optional<Duration> roundTrip() {
        return Optional.empty();
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
        return underlying.toString();
    }

    private PipelineContext context() {
        return Objects.requireNonNull(context);
    }
}

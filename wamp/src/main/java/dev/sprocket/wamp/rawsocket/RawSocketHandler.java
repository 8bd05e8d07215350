package dev.sprocket.wamp.rawsocket;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.internal.transport.ReadBudget;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.wamp.internal.serializer.Serializers;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.websocket.KeepAlive;
import dev.sprocket.websocket.internal.keepalive.Heartbeat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Per-connection handler of {@link RawSocket}, and the connection that components see.
 *
 * <p>It opens after the handshake.
 */
final class RawSocketHandler extends ByteToMessageDecoder
        implements RawSocketConnection, StackedConnection, Heartbeat.MonitoredConnection {
    static final byte MAGIC = 0x7F;

    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    private static final PeerLog LOG = PeerLog.of(RawSocket.class);
    private static final int HEADER_LENGTH = 4;
    private static final int MESSAGE = 0;
    private static final int PING = 1;
    private static final int PONG = 2;
    /** Exponent of the smallest length in the handshake: 0 means 2^9. */
    private static final int MIN_EXPONENT = 9;

    private static final int UNKNOWN_SERIALIZER = 1;
    private static final int RESERVED_BITS = 3;

    private static final LayerContext.Encoder ENCODER =
            (message, alloc) -> encodeFrame(MESSAGE, BorrowedMessages.bytes(message), alloc);

    private final MessageComponent<? super RawSocketConnection, ? super Message> app;
    private final int lengthExponent;
    private final Connection below;
    private final Attributes attributes;
    private final ComponentInvoker<RawSocketConnection> invoker;
    private final KeepAlive keepAlive;
    private @Nullable Heartbeat heartbeat;
    private InboundBudget.@Nullable Reservation reservation;
    private @Nullable PipelineContext pipeline;
    private @Nullable ReadBudget budget;
    private @Nullable Serializer serializer;
    private int limit;
    private boolean closed;

    RawSocketHandler(
            MessageComponent<? super RawSocketConnection, ? super Message> app,
            int lengthExponent,
            KeepAlive keepAlive,
            Connection below) {
        this.app = app;
        this.lengthExponent = lengthExponent;
        this.below = below;
        this.attributes = new Attributes(below.attributes());
        this.invoker = new ComponentInvoker<>(app, this);
        this.keepAlive = keepAlive;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        pipeline = PipelineContext.of(below).attach(this, ctx, ENCODER);
        budget = new ReadBudget(pipeline.inbound(), () -> resume(ctx));
        LoopTimer timer = pipeline.timer();
        long start = timer.now();
        timer.add(now -> checkHandshake(now - start));
        CoreMetrics.changed(CoreMetrics.Protocol.TCP, CoreMetrics.Protocol.RAW_SOCKET);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        CoreMetrics.changed(CoreMetrics.Protocol.RAW_SOCKET, CoreMetrics.Protocol.TCP);
    }

    /** Closes the connection if its handshake takes too long. Returns false when no more checks are needed. */
    private boolean checkHandshake(long nanos) {
        if (!isOpen() || serializer != null) {
            return false;
        }
        if (nanos < HANDSHAKE_TIMEOUT.toNanos()) {
            return true;
        }
        closeFor("no handshake within " + HANDSHAKE_TIMEOUT.toMillis() + " ms");
        return false;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) throws Exception {
        super.channelRead(ctx, read);
        int bytes = actualReadableBytes();
        if (reservation == null && bytes > 0) {
            PipelineContext context = pipeline();
            reservation = InboundBudget.of(below).newReservation(() -> context.onLoop(this::evicted));
        }
        if (reservation != null) {
            reservation.resize(closed ? 0 : bytes);
        }
    }

    private void evicted() {
        if (!closed) {
            LOG.info(
                    this,
                    "connection evicted to free inbound memory: peer={} heldBytes={} limitBytes={}"
                            + " (many peers: raise inbound-memory-limit; one network: block it)",
                    this,
                    actualReadableBytes(),
                    InboundBudget.of(below).limit());
            closeNow();
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (heartbeat != null) {
            heartbeat.onBytesReceived();
        }
        if (closed || !below.isOpen()) {
            in.skipBytes(in.readableBytes());
        } else if (serializer == null) {
            handshake(in);
        } else if (budget == null || budget.allows()) {
            readFrame(in);
        }
    }

    /** Decodes the input that exceeded the read budget of the previous loop iteration. */
    private void resume(ChannelHandlerContext ctx) {
        try {
            if (!ctx.isRemoved() && !closed) {
                channelRead(ctx, Unpooled.EMPTY_BUFFER);
            }
        } catch (Exception e) {
            exceptionCaught(ctx, e);
        }
    }

    private void handshake(ByteBuf in) {
        if (in.getByte(in.readerIndex()) != MAGIC) {
            closeFor("not a RawSocket handshake: first byte 0x"
                    + Integer.toHexString(in.getUnsignedByte(in.readerIndex())) + " (expected: 0x7f)");
            return;
        }
        if (in.readableBytes() < HEADER_LENGTH) {
            return;
        }
        in.skipBytes(1);
        int request = in.readUnsignedByte();
        int reserved = in.readUnsignedShort();
        Optional<Serializer> requested = Serializers.byRawSocketId(request & 0xF);
        if (requested.isEmpty() || reserved != 0) {
            sendHandshakeReply((reserved != 0 ? RESERVED_BITS : UNKNOWN_SERIALIZER) << 4);
            closeFor(
                    reserved != 0
                            ? "reserved bytes of the handshake are not zero"
                            : "unsupported serializer " + (request & 0xF));
            return;
        }
        serializer = requested.get();
        limit = 1 << (MIN_EXPONENT + (request >> 4));
        sendHandshakeReply((lengthExponent - MIN_EXPONENT) << 4 | serializer.rawSocketId());
        if (keepAlive.isOn()) {
            LoopTimer timer = pipeline().timer();
            heartbeat = new Heartbeat(this, keepAlive.idle(), keepAlive.pongTimeout(), timer.now());
            timer.add(heartbeat);
        }
        invoker.open();
    }

    private void sendHandshakeReply(int secondByte) {
        pipeline().write(Unpooled.wrappedBuffer(new byte[] {MAGIC, (byte) secondByte, 0, 0}));
    }

    private void readFrame(ByteBuf in) {
        if (in.readableBytes() < HEADER_LENGTH) {
            return;
        }
        int header = in.getInt(in.readerIndex());
        int type = type(header);
        int size = size(header);
        if ((header & 0xF000_0000) != 0 || type > PONG) {
            closeFor("frame of type " + type + " with reserved bits " + (header >>> 28)
                    + " (expected: type 0-2, bits 0)");
        } else if (size > 1 << lengthExponent) {
            closeFor("frame of " + size + " bytes (expected: <= " + (1 << lengthExponent) + ")");
        } else if (in.readableBytes() >= HEADER_LENGTH + size) {
            in.skipBytes(HEADER_LENGTH);
            handleFrame(type, in.readSlice(size));
        }
    }

    private static int type(int header) {
        return header >> 24 & 0x7;
    }

    /** Returns the size of a frame. Bit 27 counts as bit 24 of the size. */
    private static int size(int header) {
        return (header & 0xFF_FFFF) + ((header & 0x0800_0000) != 0 ? 1 << 24 : 0);
    }

    private void handleFrame(int type, ByteBuf payload) {
        if (type == PING) {
            pipeline().write(encodeFrame(PONG, payload, pipeline().alloc()));
        } else if (type == MESSAGE) {
            boolean binary = serializer == null || serializer.isBinary();
            Message message = binary ? BorrowedMessages.binary(payload) : BorrowedMessages.text(payload);
            try {
                invoker.deliver(app, message);
            } finally {
                BorrowedMessages.invalidate(message);
            }
        }
    }

    private static ByteBuf encodeFrame(int type, ByteBuf payload, ByteBufAllocator alloc) {
        int size = payload.readableBytes();
        int header = type << 24 | (size == 1 << 24 ? 0x0800_0000 : size);
        return alloc.directBuffer(HEADER_LENGTH + size)
                .writeInt(header)
                .writeBytes(payload, payload.readerIndex(), size);
    }

    private void closeFor(String reason) {
        LOG.cause(reason).info(this, "RawSocket connection closed: peer={} reason={}", this, reason);
        closeNow();
    }

    private void closeNow() {
        closed = true;
        below.close();
    }

    @Override
    public void ping() {
        pipeline().write(encodeFrame(PING, Unpooled.EMPTY_BUFFER, pipeline().alloc()));
    }

    @Override
    public boolean isReading() {
        return pipeline().inbound().isReading();
    }

    @Override
    public void onPongTimeout() {
        closeFor("no answer to a ping");
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!closed && budget != null && budget.isPaused()) {
            ReadBudget.logDropped(this, countMessages(internalBuffer()));
        }
        closed = true;
        if (reservation != null) {
            reservation.resize(0);
        }
        // otherwise Netty would pass it to the next handler
        internalBuffer().skipBytes(actualReadableBytes());
        invoker.close();
    }

    private static int countMessages(ByteBuf input) {
        int messages = 0;
        int position = input.readerIndex();
        while (input.writerIndex() - position >= HEADER_LENGTH) {
            int header = input.getInt(position);
            int size = size(header);
            if (size > input.writerIndex() - position - HEADER_LENGTH) {
                break;
            }
            messages += type(header) == MESSAGE ? 1 : 0;
            position += HEADER_LENGTH + size;
        }
        return messages;
    }

    /** Handles a close request of a lower layer. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (CloseRequest.is(event, CloseReason.Type.SHUTDOWN)
                || CloseRequest.is(event, CloseReason.Type.UNAUTHORIZED)) {
            CloseRequest request = (CloseRequest) event;
            request.claim();
            if (!StackedConnection.closeAbove(this, request.reason())) {
                close(request.reason());
            }
        } else if (event instanceof ChannelInputShutdownEvent && budget != null && budget.isPaused()) {
            // postponed input is decoded later; Netty would discard it now
            ctx.fireUserEventTriggered(event);
        } else if (!(event instanceof CloseRequest request
                && pipeline().inbound().closeAfterPostponed(request))) {
            super.userEventTriggered(ctx, event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        invoker.fail(cause);
    }

    @Override
    public String serializer() {
        return Objects.requireNonNull(serializer).name();
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public boolean send(Message message) {
        return message.size() <= limit && pipeline().send(message);
    }

    @Override
    public boolean isOpen() {
        return below.isOpen();
    }

    @Override
    public Connection underlying() {
        return below;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    private PipelineContext pipeline() {
        return Objects.requireNonNull(pipeline);
    }

    @Override
    public String toString() {
        return below.toString();
    }
}

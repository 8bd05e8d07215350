package dev.sprocket.core.internal.transport;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.MessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Position of a protocol layer in the Netty pipeline of its socket.
 *
 * <p>A protocol layer is a component outside the pipeline and a few handlers inside:
 *
 * <pre>{@code
 * public void onOpen(Connection conn) {
 *     PipelineContext.of(conn).install(codec, handler); // after the handler below
 * }
 * public void onMessage(Connection conn, Message message) {
 *     PipelineContext.of(conn).fireRead(message); // what the decorators passed on
 * }
 * public void onError(Connection conn, Throwable cause) {
 *     PipelineContext.of(conn).fireError(cause);
 * }
 * public void onClose(Connection conn) {
 *     PipelineContext.of(conn).fireInactive();
 * }
 * }</pre>
 *
 * and its own handler {@linkplain #attach attaches} the context for the layers above it. Outbound, {@link #write}
 * starts at the layer's own handler.
 *
 * <p>Methods may be called from any thread unless stated otherwise.
 */
public final class PipelineContext {
    private static final AttributeKey<PipelineContext> KEY =
            AttributeKey.of("pipeline context", "is an IoServer below this layer?");

    private final ChannelHandlerContext ctx;
    /** Start of outbound writes. This is the lowest handler if no handler in between processes writes. */
    private final ChannelHandlerContext out;

    private final Outbound outbound;
    private final MessageEncoder encoder;
    /** True if no message may be dropped. */
    private final boolean lossless;
    /** True if the layer calls {@link #closeOutput} with its last message. */
    private boolean explicitClose;
    /** True after {@link #closeOutput}. */
    private volatile boolean outputClosed;

    private PipelineContext(ChannelHandlerContext ctx, Outbound outbound, MessageEncoder encoder, boolean lossless) {
        this.ctx = ctx;
        this.out = outbound.earliestContext(ctx);
        this.outbound = outbound;
        this.encoder = encoder;
        this.lossless = lossless;
    }

    /** Returns the context of the highest layer below that has one. */
    public static PipelineContext of(Connection conn) {
        return KEY.get(conn);
    }

    /**
     * Returns the context of the highest layer below, if there is a socket. Empty for connections such as those of a
     * bridge.
     */
    public static Optional<PipelineContext> find(Connection conn) {
        return KEY.find(conn);
    }

    /**
     * Detaches a connection, and those above it, from the socket below.
     *
     * <p>For a connection that outlives the request which opened it and continues with other requests. A
     * close of the layers below does not apply to it either.
     */
    public static void detach(Connection conn) {
        KEY.hide(conn);
        CloseReason.detach(conn);
    }

    /** Creates and sets the lowest context of a socket. */
    public static PipelineContext root(Connection conn, ChannelHandlerContext ctx, Outbound outbound) {
        PipelineContext context = new PipelineContext(ctx, outbound, MessageEncoder.RAW, true);
        KEY.set(conn, context);
        return context;
    }

    /**
     * Attaches the context of the layer above. If the peer reads too slowly, messages may be dropped unless the encoder
     * is {@link MessageEncoder#RAW}.
     *
     * @param conn connection of the layer above
     * @param handler the layer's handler in the pipeline
     * @param encoder encodes the layer's messages
     */
    @SuppressWarnings("ReferenceEquality") // encoders are compared by identity
    public PipelineContext attach(Connection conn, ChannelHandlerContext handler, MessageEncoder encoder) {
        return attach(conn, handler, encoder, encoder == MessageEncoder.RAW);
    }

    /**
     * Attaches the context of the layer above, with or without permission to drop messages.
     *
     * @param conn connection of the layer above
     * @param handler the layer's handler in the pipeline
     * @param encoder encodes the layer's messages
     * @param lossless true if each message depends on the previous ones, so that none may be dropped or delayed
     */
    public PipelineContext attach(
            Connection conn, ChannelHandlerContext handler, MessageEncoder encoder, boolean lossless) {
        PipelineContext context = new PipelineContext(handler, outbound, encoder, lossless);
        KEY.set(conn, context);
        return context;
    }

    /** Adds handlers after this layer's own handler, in this order. Called on the event loop. */
    public void install(ChannelHandler... handlers) {
        ChannelPipeline pipeline = ctx.pipeline();
        String before = ctx.name();
        for (ChannelHandler handler : handlers) {
            pipeline.addAfter(before, null, handler);
            before = pipeline.context(handler).name();
        }
    }

    /** Passes bytes to the handlers after this layer's own. The bytes are retained until they are processed. */
    public void fireRead(Message message) {
        ByteBuf bytes = BorrowedMessages.bytes(message).retain();
        if (loop().inEventLoop()) {
            ctx.fireChannelRead(bytes);
        } else {
            loop().execute(() -> ctx.fireChannelRead(bytes));
        }
    }

    /**
     * Lets bytes pass by the components of this layer, if none wants them any more.
     *
     * <p>Called on the event loop by a component that has decided which component receives all further bytes.
     *
     * @param conn the connection of this layer
     */
    public void passReads(Connection conn) {
        if (ctx.handler() instanceof ReadSource source) {
            source.passReads(ctx, conn);
        }
    }

    /**
     * Lets bytes also pass by the handler of the layer above.
     *
     * <p>Called on the event loop by that layer, once it would pass all bytes to the handler after its own. No effect
     * if a component or another handler between wants them.
     *
     * @param above the handler of the layer above
     * @param passed the connection of that layer
     */
    public void passReads(ChannelHandlerContext above, Connection passed) {
        if (ctx.handler() instanceof ReadSource source && nextReader() == above.handler()) {
            source.passReads(above, passed);
        }
    }

    /** Returns the first handler after this layer's own that may receive bytes. */
    private @Nullable ChannelHandler nextReader() {
        boolean after = false;
        for (Map.Entry<String, ChannelHandler> entry : ctx.pipeline()) {
            if (after && entry.getValue() instanceof ChannelInboundHandler) {
                return entry.getValue();
            }
            after |= entry.getValue() == ctx.handler();
        }
        return null;
    }

    /** Notifies the handlers after this layer's own that a component below them failed. */
    public void fireError(Throwable cause) {
        onLoop(() -> ctx.fireExceptionCaught(cause));
    }

    /** Notifies the handlers after this layer's own that the connection is closed. */
    public void fireInactive() {
        onLoop(ctx::fireChannelInactive);
    }

    /**
     * Asks the layers above to close the connection. If no handler claims the request, the connection is closed
     * immediately.
     */
    public void requestClose(CloseReason reason) {
        onLoop(() -> {
            CloseRequest request = new CloseRequest(reason);
            ctx.fireUserEventTriggered(request);
            if (!request.isClaimed()) {
                outbound.close();
            }
        });
    }

    /**
     * Queues a message; takes over one reference to it.
     *
     * @return false if the connection is closed
     */
    public boolean write(Object message) {
        return outbound.write(out, message);
    }

    /**
     * Returns a {@linkplain Outbound#coalescingBuffer buffer} for a small frame of this layer. Called on the event
     * loop.
     */
    public @Nullable ByteBuf coalescingBuffer(int size) {
        return outbound.coalescingBuffer(out, size);
    }

    /**
     * Queues a complete message that may be dropped if the peer reads too slowly. Takes over one reference to it.
     *
     * @param key conflation key of the message, or null
     * @return false if the connection is closed or the message is dropped immediately
     */
    public boolean offer(Object message, @Nullable ConflationKey key) {
        if (outputClosed) {
            ReferenceCountUtil.release(message);
            return false;
        }
        return lossless ? write(message) : outbound.offer(out, message, key);
    }

    /**
     * Declares that the layer calls {@link #closeOutput} with its last message. Senders then need not check each
     * connection before they write.
     */
    public PipelineContext withExplicitClose() {
        explicitClose = true;
        return this;
    }

    /** Reports whether the layer calls {@link #closeOutput} with its last message. */
    public boolean hasExplicitClose() {
        return explicitClose;
    }

    /** Rejects messages that are {@linkplain #offer offered} after the last message of the layer. */
    public void closeOutput() {
        outputClosed = true;
    }

    /** Encodes and queues a message, which remains owned by the caller. */
    public boolean send(Message message) {
        return outbound.isOpen() && offer(encoder.encode(message, ctx.alloc()), null);
    }

    /** Returns the buffer allocator of this socket. */
    public ByteBufAllocator alloc() {
        return ctx.alloc();
    }

    /** Returns the message encoder of this layer. */
    public MessageEncoder encoder() {
        return encoder;
    }

    /** Returns the outbound side of the socket, which all its layers share. */
    public Outbound outbound() {
        return outbound;
    }

    /** Returns the event loop of the connection. */
    public EventLoop loop() {
        return outbound.loop();
    }

    /** Returns the timer of the event loop. Called on the event loop. */
    public LoopTimer timer() {
        return LoopTimer.of(loop());
    }

    /** Runs a task on the event loop: immediately if called there, otherwise soon. */
    public void onLoop(Runnable task) {
        if (loop().inEventLoop()) {
            task.run();
        } else {
            loop().execute(task);
        }
    }
}

package dev.sprocket.core.internal.transport;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.LayerContext;
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
 * Position of a layer of Sprocket in the Netty pipeline of its socket.
 *
 * <p>Adds to {@link LayerContext} what only the layers of Sprocket use: writes that may be dropped or coalesced, and
 * the outbound side of the socket.
 *
 * <p>Methods may be called from any thread unless stated otherwise.
 */
public final class PipelineContext implements LayerContext {
    private final ChannelHandlerContext ctx;
    /** Start of outbound writes. This is the lowest handler if no handler in between processes writes. */
    private final ChannelHandlerContext out;

    private final Outbound outbound;
    private final LayerContext.Encoder encoder;
    /** True if no message may be dropped. */
    private final boolean lossless;
    /** True if the layer calls {@link #closeOutput} with its last message. */
    private boolean explicitClose;
    /** True after {@link #closeOutput}. */
    private volatile boolean outputClosed;

    private PipelineContext(
            ChannelHandlerContext ctx, Outbound outbound, LayerContext.Encoder encoder, boolean lossless) {
        this.ctx = ctx;
        this.out = outbound.earliestContext(ctx);
        this.outbound = outbound;
        this.encoder = encoder;
        this.lossless = lossless;
    }

    /** Returns the context of the highest layer below. */
    public static PipelineContext of(Connection conn) {
        return (PipelineContext) LayerContext.of(conn);
    }

    /** Returns the context of the highest layer below, if there is a socket. */
    public static Optional<PipelineContext> find(Connection conn) {
        return LayerContext.find(conn).map(PipelineContext.class::cast);
    }

    /** Creates and sets the lowest context of a socket. */
    public static PipelineContext root(Connection conn, ChannelHandlerContext ctx, Outbound outbound) {
        PipelineContext context = new PipelineContext(ctx, outbound, LayerContext.Encoder.RAW, true);
        LayerContext.set(conn, context);
        return context;
    }

    @SuppressWarnings("ReferenceEquality") // encoders are compared by identity
    @Override
    public PipelineContext attach(Connection conn, ChannelHandlerContext handler, LayerContext.Encoder encoder) {
        return attach(conn, handler, encoder, encoder == LayerContext.Encoder.RAW);
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
            Connection conn, ChannelHandlerContext handler, LayerContext.Encoder encoder, boolean lossless) {
        PipelineContext context = new PipelineContext(handler, outbound, encoder, lossless);
        LayerContext.set(conn, context);
        return context;
    }

    @Override
    public void install(ChannelHandler... handlers) {
        ChannelPipeline pipeline = ctx.pipeline();
        String before = ctx.name();
        for (ChannelHandler handler : handlers) {
            pipeline.addAfter(before, null, handler);
            before = pipeline.context(handler).name();
        }
    }

    @Override
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

    @Override
    public void fireError(Throwable cause) {
        onLoop(() -> ctx.fireExceptionCaught(cause));
    }

    @Override
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

    @Override
    @CanIgnoreReturnValue
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
    @CanIgnoreReturnValue
    public boolean offer(Object message, @Nullable ConflationKey key) {
        if (outputClosed) {
            ReferenceCountUtil.release(message);
            return false;
        }
        return lossless ? write(message) : outbound.offer(out, message, key);
    }

    /**
     * Sends a complete message without queueing it, if nothing is pending. The caller keeps its reference to it.
     *
     * <p>For code that writes to many connections at the end of an event loop iteration. Called on the event loop.
     *
     * @return false if the message must be {@linkplain #offer offered}
     */
    public boolean sendNow(ByteBuf message) {
        return !outputClosed && outbound.sendNow(out, message);
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

    @Override
    @CanIgnoreReturnValue
    public boolean send(Message message) {
        return outbound.isOpen() && offer(encoder.encode(message, ctx.alloc()), null);
    }

    @Override
    public ByteBufAllocator alloc() {
        return ctx.alloc();
    }

    /** Returns the message encoder of this layer. */
    public LayerContext.Encoder encoder() {
        return encoder;
    }

    /** Returns the inbound side of the socket, which all its layers share. */
    public Inbound inbound() {
        return outbound.inbound();
    }

    /** Returns the outbound side of the socket, which all its layers share. */
    public Outbound outbound() {
        return outbound;
    }

    @Override
    public void pauseReads() {
        inbound().pauseReads();
    }

    @Override
    public void resumeReads() {
        inbound().resumeReads();
    }

    @Override
    public EventLoop loop() {
        return outbound.loop();
    }

    /** Returns the timer of the event loop. Called on the event loop. */
    public LoopTimer timer() {
        return LoopTimer.of(loop());
    }

    @Override
    public void onLoop(Runnable task) {
        if (loop().inEventLoop()) {
            task.run();
        } else {
            loop().execute(task);
        }
    }
}

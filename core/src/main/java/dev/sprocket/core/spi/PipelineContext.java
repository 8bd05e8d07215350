package dev.sprocket.core.spi;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A level's place in the pipeline of its socket. A protocol layer is a component outside and a few handlers inside:
 *
 * <pre>{@code
 * onOpen(conn)        Segment.of(conn).install(codec, handler)  behind the handler that called
 * onMessage(conn, m)  Segment.of(conn).feed(m)                  what decorators let through goes on
 * onError, onClose    Segment.of(conn).fail(cause), .end()
 * }</pre>
 *
 * and its own handler {@linkplain #attach states} the segment for the layers above it. On the way out, {@link #write}
 * begins at the level's own handler.
 *
 * <p>Threads: any, unless a method says otherwise.
 */
public final class PipelineContext {
    private static final AttributeKey<PipelineContext> KEY =
            AttributeKey.of("pipeline segment", "is an IoServer below this layer?");

    private final ChannelHandlerContext ctx;
    /** Where what is written begins: at this level's handler, or at the lowest if nothing in between would change it. */
    private final ChannelHandlerContext out;

    private final Outbound outbound;
    private final MessageEncoder encoder;
    /** No message may be dropped. */
    private final boolean lossless;
    /** Whether the level says when it has said its last word. */
    private boolean explicitClose;
    /** It has. */
    private volatile boolean outputClosed;

    private PipelineContext(ChannelHandlerContext ctx, Outbound outbound, MessageEncoder framing, boolean lossless) {
        this.ctx = ctx;
        this.out = outbound.earliestContext(ctx);
        this.outbound = outbound;
        this.encoder = framing;
        this.lossless = lossless;
    }

    /** The segment of the highest level below that has one. */
    public static PipelineContext of(Connection conn) {
        return KEY.get(conn);
    }

    /** As {@link #of}; empty for a connection without a socket, such as a bridge's. */
    public static Optional<PipelineContext> find(Connection conn) {
        return KEY.find(conn);
    }

    /**
     * States that a connection, and those above it, stand on no socket: one that outlives the request which opened it, and will
     * come by others. What a lower level says of the end of its own socket is not about this one, either.
     */
    public static void detach(Connection conn) {
        KEY.hide(conn);
        LocalClose.hide(conn);
    }

    /** States the first segment of a socket. */
    public static PipelineContext root(Connection conn, ChannelHandlerContext ctx, Outbound outbound) {
        PipelineContext segment = new PipelineContext(ctx, outbound, MessageEncoder.RAW, true);
        KEY.set(conn, segment);
        return segment;
    }

    /**
     * States the segment of the level that stands on this one: its connection, its handler, how it frames. If the peer reads
     * too slowly messages may be dropped, unless nothing frames them.
     */
    @SuppressWarnings("ReferenceEquality") // framings are told apart by who they are
    public PipelineContext attach(Connection conn, ChannelHandlerContext handler, MessageEncoder framed) {
        return attach(conn, handler, framed, framed == MessageEncoder.RAW);
    }

    /**
     * As above.
     *
     * @param lossless whether each message depends on those before it, so that none may be dropped or put off
     */
    public PipelineContext attach(
            Connection conn, ChannelHandlerContext handler, MessageEncoder framed, boolean lossless) {
        PipelineContext segment = new PipelineContext(handler, outbound, framed, lossless);
        KEY.set(conn, segment);
        return segment;
    }

    /** Puts handlers behind this level's own, in this order. On the event loop. */
    public void install(ChannelHandler... handlers) {
        ChannelPipeline pipeline = ctx.pipeline();
        String before = ctx.name();
        for (ChannelHandler handler : handlers) {
            pipeline.addAfter(before, null, handler);
            before = pipeline.context(handler).name();
        }
    }

    /** Hands bytes to the handlers behind this level's own; keeps them alive as long as those want. */
    public void fireRead(Message message) {
        ByteBuf bytes = BorrowedMessages.bytes(message).retain();
        if (outbound.loop().inEventLoop()) {
            ctx.fireChannelRead(bytes);
        } else {
            outbound.loop().execute(() -> ctx.fireChannelRead(bytes));
        }
    }

    /** Tells the handlers behind this level's own that a component below them failed. */
    public void fireError(Throwable cause) {
        onLoop(() -> ctx.fireExceptionCaught(cause));
    }

    /** Tells the handlers behind this level's own that the connection is gone. */
    public void fireInactive() {
        onLoop(ctx::fireChannelInactive);
    }

    /** Tells what stands on this level that the connection is to end; one where nobody has words for it is closed. */
    public void requestClose(CloseRequest.Cause cause) {
        onLoop(() -> {
            CloseRequest ending = new CloseRequest(cause);
            ctx.fireUserEventTriggered(ending);
            if (!ending.isClaimed()) {
                outbound.close();
            }
        });
    }

    /**
     * Queues something on the way out; takes over one reference to it.
     *
     * @return false if the connection is closed
     */
    public boolean write(Object message) {
        return outbound.write(out, message);
    }

    /** {@linkplain Outbound#coalescingBuffer Where to write} a small frame of this level. On the event loop. */
    public @Nullable ByteBuf coalescingBuffer(int size) {
        return outbound.coalescingBuffer(out, size);
    }

    /**
     * As {@link #write}, for a whole message that may be dropped if the peer reads too slowly.
     *
     * @param subject what it is about, if anything
     * @return false also if the message is dropped at once
     */
    public boolean offer(Object message, @Nullable ConflationKey subject) {
        if (outputClosed) {
            ReferenceCountUtil.release(message);
            return false;
        }
        return lossless ? write(message) : outbound.offer(out, message, subject);
    }

    /** This level will say when it has said its last word, so that nobody else need ask its connection. */
    public PipelineContext withExplicitClose() {
        explicitClose = true;
        return this;
    }

    /** Whether it will. */
    public boolean hasExplicitClose() {
        return explicitClose;
    }

    /** Nothing is {@linkplain #offer offered} behind the last word that is written. */
    public void closeOutput() {
        outputClosed = true;
    }

    /** Frames a message and queues it; the message stays the caller's. */
    public boolean send(Message message) {
        return outbound.isOpen() && offer(encoder.encode(message, ctx.alloc()), null);
    }

    /** Where buffers for this socket come from. */
    public ByteBufAllocator alloc() {
        return ctx.alloc();
    }

    /** How this level frames messages. */
    public MessageEncoder encoder() {
        return encoder;
    }

    /** The way out that all levels of the socket share. */
    public Outbound outbound() {
        return outbound;
    }

    /** Runs at once on the event loop, or soon, if called from another thread. */
    public void onLoop(Runnable task) {
        if (outbound.loop().inEventLoop()) {
            task.run();
        } else {
            outbound.loop().execute(task);
        }
    }
}

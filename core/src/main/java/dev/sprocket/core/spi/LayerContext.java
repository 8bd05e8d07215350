package dev.sprocket.core.spi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.util.Optional;

/**
 * Position of a protocol layer in the Netty pipeline of its socket.
 *
 * <p>A {@link ProtocolLayer} gets the context of the layer below and {@linkplain #install installs} its handlers. Its
 * last handler {@linkplain #attach attaches} a context of its own for the layers above, and writes through it: {@link
 * #write} starts at the layer's own handler.
 *
 * <p>Methods may be called from any thread unless stated otherwise.
 */
public interface LayerContext {
    /** Returns the context of the highest layer below. Throws {@link IllegalStateException} if there is no socket. */
    static LayerContext of(Connection conn) {
        return LayerContextKey.KEY.get(conn);
    }

    /** Returns the context of the highest layer below, if there is a socket. Bridges have connections without one. */
    static Optional<LayerContext> find(Connection conn) {
        return LayerContextKey.KEY.find(conn);
    }

    /** Sets the context of a connection. Called by {@link #attach}, and by the lowest layer of a socket. */
    static void set(Connection conn, LayerContext context) {
        LayerContextKey.KEY.set(conn, context);
    }

    /**
     * Detaches a connection, and those above it, from the socket below.
     *
     * <p>For a connection that outlives the request which opened it and continues with other requests. A close of the
     * layers below does not apply to it either.
     */
    static void detach(Connection conn) {
        LayerContextKey.KEY.hide(conn);
        CloseReason.detach(conn);
    }

    /**
     * Attaches the context of the layer above. If the peer reads too slowly, messages may be dropped unless the encoder
     * is {@link Encoder#RAW}.
     *
     * @param conn connection of the layer above
     * @param handler the layer's handler in the pipeline
     * @param encoder encodes the layer's messages
     */
    LayerContext attach(Connection conn, ChannelHandlerContext handler, Encoder encoder);

    /** Adds handlers after this layer's own handler, in this order. Called on the event loop. */
    void install(ChannelHandler... handlers);

    /** Passes bytes to the handlers after this layer's own. The bytes are retained until they are processed. */
    void fireRead(Message message);

    /** Notifies the handlers after this layer's own that a component below them failed. */
    void fireError(Throwable cause);

    /** Notifies the handlers after this layer's own that the connection is closed. */
    void fireInactive();

    /**
     * Queues a message that must not be dropped; takes over one reference to it.
     *
     * @return false if the connection is closed
     */
    @CanIgnoreReturnValue
    boolean write(Object message);

    /** Encodes and queues a message, which remains owned by the caller. Returns false if it will not be sent. */
    @CanIgnoreReturnValue
    boolean send(Message message);

    /**
     * Pauses reads from the socket, so that TCP flow control slows the peer down.
     *
     * <p>Several callers may pause reads; they resume after each of them has called {@link #resumeReads} once.
     */
    void pauseReads();

    /** Ends one {@linkplain #pauseReads pause}; reads resume with the last one. */
    void resumeReads();

    /** Returns the buffer allocator of this socket. */
    ByteBufAllocator alloc();

    /** Returns the event loop of the connection. */
    EventLoop loop();

    /** Runs a task on the event loop: immediately if called there, otherwise soon. */
    void onLoop(Runnable task);

    /**
     * Encodes messages for the wire format of one kind of connection.
     *
     * <p>Connections with the same encoder object get the same bytes for the same message, so a broadcast encodes it
     * once for all of them.
     */
    @ThreadSafe
    @FunctionalInterface
    interface Encoder {
        /** Encodes bytes unchanged. */
        Encoder RAW = (message, alloc) -> BorrowedMessages.bytes(message).retainedDuplicate();

        /** Encodes a message as a complete frame, which the caller releases. */
        ByteBuf encode(Message message, ByteBufAllocator alloc);
    }
}

package dev.sprocket.websocket.internal.frame;

import io.netty.buffer.ByteBuf;

/** Decompressor of the messages of one connection. Confined to the connection's event loop. */
public interface Decompressor {
    /**
     * Decompresses a part of a message and appends the output to a buffer.
     *
     * @throws WebSocketProtocolException if the data is invalid, or the message exceeds the limit
     */
    void add(ByteBuf in, int start, int size, ByteBuf out);

    /**
     * Ends a message and appends the rest of its output to a buffer.
     *
     * @throws WebSocketProtocolException if the message is incomplete
     */
    void finish(ByteBuf out);

    /** Returns the native memory that is held, in bytes. */
    int nativeMemory();

    /** Releases the memory of an incomplete message. */
    void release();
}

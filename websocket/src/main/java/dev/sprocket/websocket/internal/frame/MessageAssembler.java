package dev.sprocket.websocket.internal.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Assembles a message from fragments, partial reads or compressed data.
 *
 * <p>Text is validated as its bytes arrive. Confined to the connection's event loop.
 */
final class MessageAssembler {
    private static final int MIN_CAPACITY = 256;

    private final int limit;
    private final @Nullable Decompressor inflater;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
    private final boolean text;
    private int utf8 = Utf8Validator.START;

    /**
     * Creates an assembler for one message.
     *
     * @param limit maximum size of the message, in bytes
     * @param inflater decompressor; null if the message is not compressed
     */
    MessageAssembler(int limit, boolean text, @Nullable Decompressor inflater) {
        this.limit = limit;
        this.text = text;
        this.inflater = inflater;
    }

    /** Returns the number of bytes assembled so far. */
    int size() {
        return bytes.readableBytes();
    }

    /**
     * Adds received bytes of a frame whose mask was already removed.
     *
     * @param size number of received bytes
     * @param length size of the whole frame payload, in bytes
     * @throws WebSocketProtocolException with code 1007 if text is not UTF-8 or compressed data is invalid; 1009 if the
     *     decompressed message exceeds the limit
     */
    void add(ByteBuf in, int start, int size, int length, ByteBufAllocator alloc) {
        // grows with the received bytes, not with the length that a header announces
        allocate(Math.min(length, Math.max(2 * size, MIN_CAPACITY)), alloc);
        int from = bytes.writerIndex();
        if (inflater != null) {
            inflater.add(in, start, size, bytes);
        } else {
            bytes.writeBytes(in, start, size);
        }
        validateText(from);
    }

    /**
     * Returns the complete message; the caller must release it.
     *
     * @throws WebSocketProtocolException with code 1007 if text is not UTF-8 or ends inside a character, or compressed
     *     data is invalid or incomplete; 1009 if the decompressed message exceeds the limit
     */
    ByteBuf finish(ByteBufAllocator alloc) {
        if (inflater != null) {
            allocate(MIN_CAPACITY, alloc);
            int from = bytes.writerIndex();
            inflater.finish(bytes);
            validateText(from);
        }
        if (utf8 != Utf8Validator.START) {
            throw new WebSocketProtocolException(1007, "text ends inside a character (RFC 6455 8.1)");
        }
        ByteBuf whole = bytes;
        bytes = Unpooled.EMPTY_BUFFER;
        return whole;
    }

    /** Releases the incomplete message. */
    void release() {
        bytes.release();
        bytes = Unpooled.EMPTY_BUFFER;
    }

    @SuppressWarnings("ReferenceEquality") // the empty buffer means "not allocated"
    private void allocate(int capacity, ByteBufAllocator alloc) {
        if (bytes == Unpooled.EMPTY_BUFFER) {
            int max = (int) Math.min(Integer.MAX_VALUE, limit + 1L);
            bytes = alloc.directBuffer(Math.min(capacity, max), max);
        }
    }

    private void validateText(int from) {
        if (text) {
            utf8 = Utf8Validator.next(utf8, bytes, from, bytes.writerIndex() - from);
            if (utf8 == Utf8Validator.INVALID) {
                throw new WebSocketProtocolException(1007, "text is not UTF-8 (RFC 6455 8.1)");
            }
        }
    }
}

package dev.sprocket.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * A message that does not arrive in one piece, or is compressed: put together as it arrives, its text judged byte by
 * byte. Confined to the connection's event loop.
 */
final class MessageAssembler {
    private static final int LEAST = 256;

    private final int limit;
    private final @Nullable MessageInflater inflation;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
    private final boolean text;
    private int utf8 = Utf8Validator.START;

    /**
     * An empty one.
     *
     * @param limit how many bytes it may have
     * @param inflation if it is compressed
     */
    MessageAssembler(int limit, boolean text, @Nullable MessageInflater inflation) {
        this.limit = limit;
        this.text = text;
        this.inflation = inflation;
    }

    /** The bytes so far. */
    int size() {
        return bytes.readableBytes();
    }

    /** Takes a piece of a frame, unmasked; the frame is of {@code length} bytes. */
    void add(ByteBuf in, int start, int size, int length, ByteBufAllocator alloc) {
        // grows with what has arrived, not with what a header promises
        open(Math.min(length, Math.max(2 * size, LEAST)), alloc);
        int from = bytes.writerIndex();
        if (inflation != null) {
            inflation.add(in, start, size, bytes);
        } else {
            bytes.writeBytes(in, start, size);
        }
        judge(from);
    }

    /** The whole message, which is the caller's to release. */
    ByteBuf end(ByteBufAllocator alloc) {
        if (inflation != null) {
            open(LEAST, alloc);
            int from = bytes.writerIndex();
            inflation.finish(bytes);
            judge(from);
        }
        if (utf8 != Utf8Validator.START) {
            throw new WebSocketProtocolException(1007, "text that ends inside a character (RFC 6455 8.1)");
        }
        ByteBuf whole = bytes;
        bytes = Unpooled.EMPTY_BUFFER;
        return whole;
    }

    /** Gives back what is unfinished. */
    void release() {
        bytes.release();
        bytes = Unpooled.EMPTY_BUFFER;
    }

    @SuppressWarnings("ReferenceEquality") // the empty buffer stands for none
    private void open(int capacity, ByteBufAllocator alloc) {
        if (bytes == Unpooled.EMPTY_BUFFER) {
            int most = (int) Math.min(Integer.MAX_VALUE, limit + 1L);
            bytes = alloc.directBuffer(Math.min(capacity, most), most);
        }
    }

    private void judge(int from) {
        if (text) {
            utf8 = Utf8Validator.next(utf8, bytes, from, bytes.writerIndex() - from);
            if (utf8 == Utf8Validator.BAD) {
                throw new WebSocketProtocolException(1007, "text that is not UTF-8 (RFC 6455 8.1)");
            }
        }
    }
}

package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Chunks of a body (RFC 9112 7.1). */
@ThreadSafe
final class ChunkedEncoding {
    /** What surrounds a chunk: its size in eight hex digits, so that it can be written last, and two line ends. */
    static final int OVERHEAD = 12;

    private static final int COPIED = 4096;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private ChunkedEncoding() {}

    /** A chunk around bytes, which it takes over; large ones are not copied. */
    static ByteBuf of(ByteBuf content, ByteBufAllocator alloc) {
        int size = content.readableBytes();
        if (size > COPIED) {
            ByteBuf head = alloc.directBuffer(10);
            begin(head);
            size(head, 0, size);
            return Unpooled.wrappedBuffer(
                    3, head, content, alloc.directBuffer(2).writeShort('\r' << 8 | '\n'));
        }
        ByteBuf chunk = alloc.directBuffer(size + OVERHEAD);
        begin(chunk);
        chunk.writeBytes(content);
        content.release();
        end(chunk);
        return chunk;
    }

    /** Leaves room for the size at the start of a buffer. */
    static void begin(ByteBuf chunk) {
        chunk.writeZero(8).writeShort('\r' << 8 | '\n');
    }

    /** Writes the size of what has been written since {@link #begin}, and the end. */
    static void end(ByteBuf chunk) {
        size(chunk, chunk.readerIndex(), chunk.readableBytes() - 10);
        chunk.writeShort('\r' << 8 | '\n');
    }

    private static void size(ByteBuf chunk, int at, int size) {
        for (int i = 0; i < 8; i++) {
            chunk.setByte(at + i, HEX[size >>> (28 - 4 * i) & 15]);
        }
    }
}

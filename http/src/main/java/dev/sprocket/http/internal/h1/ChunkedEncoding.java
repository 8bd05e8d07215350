package dev.sprocket.http.internal.h1;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Chunked transfer coding of a body (RFC 9112 7.1). */
@ThreadSafe
public final class ChunkedEncoding {
    /**
     * Number of bytes around a chunk: size and two line breaks.
     *
     * <p>The size has a fixed length of eight hex digits, so that it can be written last.
     */
    public static final int OVERHEAD = 12;

    private static final int MAX_COPIED = 4096;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private ChunkedEncoding() {}

    /** Encodes a chunk and takes ownership of its content. Content of more than 4 KiB is not copied. */
    public static ByteBuf of(ByteBuf content, ByteBufAllocator alloc) {
        int size = content.readableBytes();
        if (size > MAX_COPIED) {
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

    /** Reserves room for the chunk size at the start of a buffer. */
    public static void begin(ByteBuf chunk) {
        chunk.writeZero(8).writeShort('\r' << 8 | '\n');
    }

    /** Writes the size of the bytes since {@link #begin}, and the final line break. */
    public static void end(ByteBuf chunk) {
        size(chunk, chunk.readerIndex(), chunk.readableBytes() - 10);
        chunk.writeShort('\r' << 8 | '\n');
    }

    private static void size(ByteBuf chunk, int at, int size) {
        for (int i = 0; i < 8; i++) {
            chunk.setByte(at + i, HEX[size >>> (28 - 4 * i) & 15]);
        }
    }
}

package dev.sprocket.websocket.internal.frame;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.LayerContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Encoder of the server's frames, which are not masked (RFC 6455 5.1).
 *
 * <p>A message is one frame, unless it has parts.
 */
public final class FrameEncoder {
    /** Encoder of uncompressed messages as text or binary frames. */
    public static final LayerContext.Encoder MESSAGE = (message, alloc) -> message.isFragmented()
            ? fragments(message, alloc)
            : frame(opcode(message), BorrowedMessages.bytes(message), alloc);

    /** Reserved bit of compressed messages (RFC 7692 6). */
    public static final int RSV1 = 0x40;

    /** Bit of the last frame of a message. */
    private static final int FIN = 0x80;

    /** Maximum size of a frame header, in bytes. */
    public static final int MAX_HEADER_SIZE = 10;

    private FrameEncoder() {}

    public static int opcode(Message message) {
        return message.isBinary() ? Opcode.BINARY : Opcode.TEXT;
    }

    public static ByteBuf frame(int opcode, ByteBuf payload, ByteBufAllocator alloc) {
        return append(opcode, payload, alloc.directBuffer(payload.readableBytes() + MAX_HEADER_SIZE));
    }

    /** Encodes a message with one frame per part (RFC 6455 5.4). */
    public static ByteBuf fragments(Message message, ByteBufAllocator alloc) {
        int[] ends = message.fragmentEnds();
        ByteBuf payload = BorrowedMessages.bytes(message);
        ByteBuf out = alloc.directBuffer(payload.readableBytes() + ends.length * MAX_HEADER_SIZE);
        int start = 0;
        for (int i = 0; i < ends.length; i++) {
            int opcode = i == 0 ? opcode(message) : Opcode.CONTINUATION;
            writeHeader(i == ends.length - 1 ? FIN : 0, opcode, ends[i] - start, out);
            out.writeBytes(payload, payload.readerIndex() + start, ends[i] - start);
            start = ends[i];
        }
        return out;
    }

    /** Appends a frame to a buffer. */
    @CanIgnoreReturnValue
    public static ByteBuf append(int opcode, ByteBuf payload, ByteBuf out) {
        int size = payload.readableBytes();
        writeHeader(FIN, opcode, size, out);
        return out.writeBytes(payload, payload.readerIndex(), size);
    }

    /**
     * Writes the header of a frame in front of its payload.
     *
     * @param frame buffer that begins with {@link #MAX_HEADER_SIZE} unused bytes, followed by the payload
     * @param size size of the payload, in bytes
     */
    public static void prependHeader(ByteBuf frame, int opcode, int size) {
        int end = frame.writerIndex();
        int start = frame.readerIndex() + MAX_HEADER_SIZE - headerSize(size);
        frame.setIndex(start, start);
        writeHeader(FIN, opcode, size, frame);
        frame.writerIndex(end);
    }

    private static int headerSize(int size) {
        return size < 126 ? 2 : size < 65536 ? 4 : MAX_HEADER_SIZE;
    }

    private static void writeHeader(int fin, int opcode, int size, ByteBuf out) {
        if (size < 126) {
            out.writeShort((fin | opcode) << 8 | size);
        } else if (size < 65536) {
            out.writeInt((fin | opcode) << 24 | 126 << 16 | size);
        } else {
            out.writeByte(fin | opcode).writeByte(127).writeLong(size);
        }
    }
}

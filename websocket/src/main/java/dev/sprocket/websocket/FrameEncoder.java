package dev.sprocket.websocket;

import dev.sprocket.core.Message;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.MessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What the server sends: frames without a mask (RFC 6455 5.1), each a whole message unless it has parts. */
final class FrameEncoder {
    /** Messages as text or binary frames. */
    static final MessageEncoder MESSAGE = (message, alloc) -> message.isFragmented()
            ? fragments(message, alloc)
            : frame(opcode(message), BorrowedMessages.bytes(message), alloc);

    /** The reserved bit that means "compressed" (RFC 7692 6). */
    static final int RSV1 = 0x40;

    /** The bit of a message's last frame. */
    private static final int FIN = 0x80;

    /** Bytes in front of a payload, at most. */
    static final int LONGEST_HEAD = 10;

    private FrameEncoder() {}

    static int opcode(Message message) {
        return message.isBinary() ? Opcode.BINARY : Opcode.TEXT;
    }

    static ByteBuf frame(int opcode, ByteBuf payload, ByteBufAllocator alloc) {
        return append(opcode, payload, alloc.directBuffer(payload.readableBytes() + LONGEST_HEAD));
    }

    /** A message in a frame for each of its parts (RFC 6455 5.4). */
    static ByteBuf fragments(Message message, ByteBufAllocator alloc) {
        int[] ends = message.fragmentEnds();
        ByteBuf payload = BorrowedMessages.bytes(message);
        ByteBuf out = alloc.directBuffer(payload.readableBytes() + ends.length * LONGEST_HEAD);
        int start = 0;
        for (int i = 0; i < ends.length; i++) {
            int opcode = i == 0 ? opcode(message) : Opcode.CONTINUATION;
            head(i == ends.length - 1 ? FIN : 0, opcode, ends[i] - start, out);
            out.writeBytes(payload, payload.readerIndex() + start, ends[i] - start);
            start = ends[i];
        }
        return out;
    }

    /** Writes a frame behind what is in a buffer. */
    static ByteBuf append(int opcode, ByteBuf payload, ByteBuf out) {
        int size = payload.readableBytes();
        head(FIN, opcode, size, out);
        return out.writeBytes(payload, payload.readerIndex(), size);
    }

    /** Puts a head in front of a payload of this size, into the room of {@link #LONGEST_HEAD} that was left for it. */
    static void headBefore(ByteBuf frame, int opcode, int size) {
        int end = frame.writerIndex();
        int start = frame.readerIndex() + LONGEST_HEAD - headSize(size);
        frame.setIndex(start, start);
        head(FIN, opcode, size, frame);
        frame.writerIndex(end);
    }

    private static int headSize(int size) {
        return size < 126 ? 2 : size < 65536 ? 4 : LONGEST_HEAD;
    }

    private static void head(int fin, int opcode, int size, ByteBuf out) {
        if (size < 126) {
            out.writeShort((fin | opcode) << 8 | size);
        } else if (size < 65536) {
            out.writeInt((fin | opcode) << 24 | 126 << 16 | size);
        } else {
            out.writeByte(fin | opcode).writeByte(127).writeLong(size);
        }
    }
}

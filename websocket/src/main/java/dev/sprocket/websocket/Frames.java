package dev.sprocket.websocket;

import dev.sprocket.core.spi.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What the server sends: frames without a mask (RFC 6455 5.1), each a whole message. */
final class Frames {
    /** Messages as text or binary frames. */
    static final Framing MESSAGE =
            (message, alloc) -> frame(message.isBinary() ? Opcode.BINARY : Opcode.TEXT, message.content(), alloc);

    /** Bytes in front of a payload, at most. */
    static final int LONGEST_HEAD = 10;

    private Frames() {}

    static ByteBuf frame(int opcode, ByteBuf payload, ByteBufAllocator alloc) {
        return append(opcode, payload, alloc.directBuffer(payload.readableBytes() + LONGEST_HEAD));
    }

    /** Writes a frame behind what is in a buffer. */
    static ByteBuf append(int opcode, ByteBuf payload, ByteBuf out) {
        int size = payload.readableBytes();
        if (size < 126) {
            out.writeShort((0x80 | opcode) << 8 | size);
        } else if (size < 65536) {
            out.writeInt((0x80 | opcode) << 24 | 126 << 16 | size);
        } else {
            out.writeByte(0x80 | opcode).writeByte(127).writeLong(size);
        }
        return out.writeBytes(payload, payload.readerIndex(), size);
    }
}

package dev.sprocket.websocket;

import dev.sprocket.core.spi.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What the server sends: frames without a mask (RFC 6455 5.1), each a whole message. */
final class Frames {
    /** Messages as text or binary frames. */
    static final Framing MESSAGE =
            (message, alloc) -> frame(message.isBinary() ? Opcode.BINARY : Opcode.TEXT, message.content(), alloc);

    private Frames() {}

    static ByteBuf frame(int opcode, ByteBuf payload, ByteBufAllocator alloc) {
        int size = payload.readableBytes();
        ByteBuf frame = alloc.directBuffer(size + 10);
        frame.writeByte(0x80 | opcode);
        if (size < 126) {
            frame.writeByte(size);
        } else if (size < 65536) {
            frame.writeByte(126).writeShort(size);
        } else {
            frame.writeByte(127).writeLong(size);
        }
        return frame.writeBytes(payload, payload.readerIndex(), size);
    }
}

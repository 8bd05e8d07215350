package dev.sprocket.bench.client;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Encodes masked frames of a client (RFC 6455 5.3). */
@ThreadSafe
public final class ClientFrames {
    /** Mask of all frames. Its value does not affect the cost of unmasking. */
    private static final int MASK = 0x37FA213D;

    private ClientFrames() {}

    public static ByteBuf text(String text) {
        return frame(1, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns several frames with the same text, for a single write. */
    public static ByteBuf texts(String text, int count) {
        ByteBuf one = text(text);
        ByteBuf all = Unpooled.directBuffer(one.readableBytes() * count);
        for (int i = 0; i < count; i++) {
            all.writeBytes(one, one.readerIndex(), one.readableBytes());
        }
        one.release();
        return all;
    }

    public static ByteBuf close() {
        return frame(8, new byte[] {0x03, (byte) 0xE8});
    }

    public static ByteBuf frame(int opcode, byte[] payload) {
        int length = payload.length;
        ByteBuf frame = Unpooled.directBuffer(14 + length).writeByte(0x80 | opcode);
        if (length < 126) {
            frame.writeByte(0x80 | length);
        } else if (length < 65536) {
            frame.writeByte(0x80 | 126).writeShort(length);
        } else {
            frame.writeByte(0x80 | 127).writeLong(length);
        }
        frame.writeInt(MASK);
        for (int i = 0; i < length; i++) {
            frame.writeByte(payload[i] ^ (MASK >>> (24 - 8 * (i & 3))));
        }
        return frame;
    }
}

package dev.sprocket.fuzz;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks the frames that a server sends (RFC 6455 5).
 *
 * <p>Frames contain whole messages, are unmasked, and have minimal lengths and valid close codes. No frame follows a
 * close frame.
 */
final class ServerFrames {
    private ServerFrames() {}

    /** First byte and payload of a frame. */
    record Frame(int first, byte[] payload) {
        int opcode() {
            return first & 0x0F;
        }

        boolean isCompressed() {
            return (first & 0x40) != 0;
        }
    }

    static void check(byte[] sent) {
        read(sent, false);
    }

    /** Parses and checks frames. With permessage-deflate, messages may be compressed (RFC 7692 6). */
    static List<Frame> read(byte[] sent, boolean deflate) {
        List<Frame> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(sent);
        boolean closed = false;
        while (in.hasRemaining()) {
            require(!closed, "a frame after the close frame");
            int first = in.get() & 0xFF;
            int opcode = first & 0x0F;
            int plain = deflate && opcode < 8 ? first & ~0x40 : first;
            require(plain == 0x81 || plain == 0x82 || plain == 0x88 || plain == 0x89 || plain == 0x8A, "first byte");
            int length = in.get();
            require(length >= 0, "mask");
            if (length == 126) {
                length = in.getShort() & 0xFFFF;
                require(length >= 126, "length");
            } else if (length == 127) {
                length = (int) in.getLong();
                require(length >= 65536, "length");
            }
            byte[] payload = new byte[length];
            in.get(payload);
            frames.add(new Frame(first, payload));
            if (opcode == 8) {
                closed = true;
                require(length >= 2 && length <= 125, "close payload");
                int code = ByteBuffer.wrap(payload).getShort() & 0xFFFF;
                require(code >= 1000 && code < 5000 && code != 1004 && code != 1005 && code != 1006, "close code");
            }
        }
        return frames;
    }

    private static void require(boolean condition, String part) {
        if (!condition) {
            throw new AssertionError("invalid server frame: " + part);
        }
    }
}

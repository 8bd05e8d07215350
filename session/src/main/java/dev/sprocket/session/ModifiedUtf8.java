package dev.sprocket.session;

import dev.sprocket.session.spi.SessionFormatException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Text as Java's serialization has it ({@link java.io.DataInput}): UTF-16 whose units are written as up to three bytes. */
final class ModifiedUtf8 {
    private ModifiedUtf8() {}

    /** A length that something claims, if as many bytes are there. */
    static int checkLength(ByteBuffer in, long length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return (int) length;
    }

    static String read(ByteBuffer in, long length) throws SessionFormatException {
        int end = in.position() + checkLength(in, length);
        StringBuilder text = new StringBuilder((int) length);
        while (in.position() < end) {
            int first = in.get();
            int more = first >= 0 ? 0 : (first & 0xE0) == 0xC0 ? 1 : (first & 0xF0) == 0xE0 ? 2 : -1;
            if (more < 0 || in.position() + more > end) {
                throw malformed(in);
            }
            int unit = more == 0 ? first : first & (more == 1 ? 0x1F : 0x0F);
            for (int i = 0; i < more; i++) {
                int next = in.get();
                if ((next & 0xC0) != 0x80) {
                    throw malformed(in);
                }
                unit = unit << 6 | next & 0x3F;
            }
            text.append((char) unit);
        }
        return text.toString();
    }

    private static SessionFormatException malformed(ByteBuffer in) {
        return new SessionFormatException("text that is no modified UTF-8, at byte " + in.position());
    }
}

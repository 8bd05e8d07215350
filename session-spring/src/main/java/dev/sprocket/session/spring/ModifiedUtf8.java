package dev.sprocket.session.spring;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.session.spi.SessionFormatException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Decodes modified UTF-8 ({@link java.io.DataInput}) of serialization streams.
 *
 * <p>Each UTF-16 code unit is encoded in up to three bytes.
 */
final class ModifiedUtf8 {
    private ModifiedUtf8() {}

    /** Returns a declared length if as many bytes remain. */
    static int checkLength(ByteBuffer in, long length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return (int) length;
    }

    @CanIgnoreReturnValue
    static String read(ByteBuffer in, long length) throws SessionFormatException {
        int end = in.position() + checkLength(in, length);
        StringBuilder text = new StringBuilder((int) length);
        while (in.position() < end) {
            int first = in.get();
            int trailing = first >= 0 ? 0 : (first & 0xE0) == 0xC0 ? 1 : (first & 0xF0) == 0xE0 ? 2 : -1;
            if (trailing < 0 || in.position() + trailing > end) {
                throw malformed(in);
            }
            int unit = trailing == 0 ? first : first & (trailing == 1 ? 0x1F : 0x0F);
            for (int i = 0; i < trailing; i++) {
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
        return new SessionFormatException("malformed modified UTF-8, at byte " + in.position());
    }
}

package dev.sprocket.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the lines of a request's head before Netty's decoder reads them, for what that is lenient about and another
 * reader in front of this one may have read differently (RFC 9112 11.2).
 */
final class HeadValidator {
    private final int limit;
    private int line;
    private boolean begun;
    /** The length of all lines that were looked at. */
    private long size;

    HeadValidator(int limit) {
        this.limit = limit;
    }

    /** From here on it is another head. */
    void reset() {
        line = 0;
        begun = false;
        size = 0;
    }

    /** Whether the head has begun; empty lines before it do not count (RFC 9112 2.2). */
    boolean hasBegun() {
        return begun;
    }

    /** Looks at all lines that are whole, and says what is wrong with the first bad one. The decoder reads them next. */
    @Nullable
    String validate(ByteBuf in) {
        int at = in.readerIndex();
        if (line == 0) {
            while (at < in.writerIndex() && (in.getByte(at) == '\r' || in.getByte(at) == '\n')) {
                at++;
            }
            begun |= at < in.writerIndex();
        }
        while (true) {
            int end = in.indexOf(at, in.writerIndex(), (byte) '\n');
            if (end < 0) {
                return null;
            }
            int length = end - at - 1;
            String fault = length <= 0 ? null : line == 0 ? requestLine(in, at, length) : header(in, at, length);
            line++;
            size += end + 1 - at;
            if (fault != null || length <= 0) {
                return fault;
            }
            at = end + 1;
        }
    }

    /** Whether the lines that {@link #validate} has seen are longer together than a head may be. */
    boolean isTooLong() {
        return size > limit;
    }

    /** How long a head may be, in bytes. */
    int limit() {
        return limit;
    }

    private static @Nullable String requestLine(ByteBuf in, int start, int length) {
        int spaces = 0;
        for (int i = start; i < start + length; i++) {
            int c = in.getUnsignedByte(i);
            if (c == ' ') {
                spaces++;
            } else if (c < ' ' || c >= 0x7F) {
                return String.format("byte 0x%02x in the request line (expected: visible ASCII, RFC 9112 3)", c);
            }
        }
        return spaces == 2 && in.getByte(start) != ' '
                ? null
                : spaces + " spaces in the request line (expected: 2, RFC 9112 3)";
    }

    private static @Nullable String header(ByteBuf in, int start, int length) {
        byte first = in.getByte(start);
        if (first == ' ' || first == '\t') {
            return "a header line that begins with a space (expected: no line folding, RFC 9112 5.2)";
        }
        return in.indexOf(start, start + length, (byte) '\r') < 0
                ? null
                : "a CR inside a header line (expected: CR LF at its end, RFC 9112 2.2)";
    }
}

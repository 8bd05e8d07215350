package dev.sprocket.http.internal.h1;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Validates the lines of a request head before Netty's decoder parses them.
 *
 * <p>Rejects input about which Netty is lenient, and which a proxy in front may have parsed differently (RFC 9112
 * 11.2). Confined to the connection's event loop.
 */
final class HeadValidator {
    private final int limit;
    private int line;
    private boolean begun;
    /** Total length of the validated lines, in bytes. */
    private long size;

    HeadValidator(int limit) {
        this.limit = limit;
    }

    /** Prepares for the next head. */
    void reset() {
        line = 0;
        begun = false;
        size = 0;
    }

    /** Reports whether the head has begun; empty lines before it are ignored (RFC 9112 2.2). */
    boolean hasBegun() {
        return begun;
    }

    /** Validates all complete lines; returns the first error, or null. Does not consume the input. */
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
            String error = length <= 0 ? null : line == 0 ? requestLine(in, at, length) : header(in, at, length);
            line++;
            size += end + 1 - at;
            if (error != null || length <= 0) {
                return error;
            }
            at = end + 1;
        }
    }

    /** Reports whether the validated lines exceed the limit for a head. */
    boolean isTooLong() {
        return size > limit;
    }

    /** Returns the limit for a head, in bytes. */
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
            return "header line begins with whitespace (expected: no line folding, RFC 9112 5.2)";
        }
        return in.indexOf(start, start + length, (byte) '\r') < 0
                ? null
                : "CR inside a header line (expected: CR LF at its end, RFC 9112 2.2)";
    }
}

package dev.sprocket.websocket.internal.frame;

import io.netty.buffer.ByteBuf;

/**
 * Incremental validator of UTF-8 (RFC 3629).
 *
 * <p>Input may be split anywhere. A state is the number of missing continuation bytes and the bounds of the next byte.
 */
public final class Utf8Validator {
    /** State between two characters. */
    public static final int START = state(0, 0x80, 0xBF);
    /** State after a byte that is invalid at its position. */
    public static final int INVALID = -1;

    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8Validator() {}

    private static int state(int missing, int low, int high) {
        return missing << 16 | low << 8 | high;
    }

    /** Returns the state after these bytes. */
    public static int next(int state, ByteBuf bytes, int index, int length) {
        int at = index;
        int end = index + length;
        while (at < end) {
            if (state == START) {
                while (end - at >= 8 && (bytes.getLong(at) & HIGH_BITS) == 0) {
                    at += 8;
                }
                if (at == end) {
                    return state;
                }
            }
            state = next(state, bytes.getByte(at++) & 0xFF);
            if (state == INVALID) {
                return INVALID;
            }
        }
        return state;
    }

    private static int next(int state, int b) {
        int missing = state >> 16;
        if (missing > 0) {
            boolean valid = b >= (state >> 8 & 0xFF) && b <= (state & 0xFF);
            return valid ? state(missing - 1, 0x80, 0xBF) : INVALID;
        }
        if (b < 0x80) {
            return START;
        }
        if (b < 0xE0) {
            return b < 0xC2 ? INVALID : state(1, 0x80, 0xBF);
        }
        if (b < 0xF0) {
            // no overlong forms, no surrogates
            return state(2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
        }
        // no overlong forms, nothing past U+10FFFF
        return b > 0xF4 ? INVALID : state(3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
    }
}

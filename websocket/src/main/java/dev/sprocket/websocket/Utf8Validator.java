package dev.sprocket.websocket;

import io.netty.buffer.ByteBuf;

/**
 * Judges UTF-8 (RFC 3629) as bytes arrive, in pieces of any size. A state says what the next byte may be: how many
 * continuation bytes are still to come, and the bounds of the next one.
 */
final class Utf8Validator {
    /** Between two characters. */
    static final int START = state(0, 0x80, 0xBF);
    /** A byte came that cannot stand where it stands. */
    static final int BAD = -1;

    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8Validator() {}

    private static int state(int more, int low, int high) {
        return more << 16 | low << 8 | high;
    }

    /** The state after these bytes. */
    static int next(int state, ByteBuf bytes, int index, int length) {
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
            if (state == BAD) {
                return BAD;
            }
        }
        return state;
    }

    private static int next(int state, int b) {
        int more = state >> 16;
        if (more > 0) {
            boolean fits = b >= (state >> 8 & 0xFF) && b <= (state & 0xFF);
            return fits ? state(more - 1, 0x80, 0xBF) : BAD;
        }
        if (b < 0x80) {
            return START;
        }
        if (b < 0xE0) {
            return b < 0xC2 ? BAD : state(1, 0x80, 0xBF);
        }
        if (b < 0xF0) {
            // no overlong forms, no surrogates
            return state(2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
        }
        // no overlong forms, nothing past U+10FFFF
        return b > 0xF4 ? BAD : state(3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
    }
}

package dev.sprocket.wamp.cbor;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.spi.SerializationException;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Validation of CBOR text strings in their encoded form (RFC 8949 3). */
@ThreadSafe
final class CborText {
    private static final int TEXT = 3;
    private static final int TAG = 6;
    /** Indefinite length: chunks follow. */
    private static final int INDEFINITE_LENGTH = 31;

    private CborText() {}

    /**
     * Throws {@link SerializationException} if a text is not UTF-8.
     *
     * <p>Jackson accepts invalid UTF-8, but the receiver of an encoded payload might not.
     */
    static void check(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int type = (bytes[at] & 0xFF) >> 5;
            int low = bytes[at] & 0x1F;
            int content = at + 1 + (low < 24 || low == INDEFINITE_LENGTH ? 0 : 1 << (low - 24));
            if (type == TAG || low == INDEFINITE_LENGTH) {
                // a tag, or the start or end of chunks
                at = content;
                continue;
            }
            if (type != TEXT) {
                return;
            }
            int end = content + length(bytes, at, low);
            if (end > to
                    || end < content
                    || !ByteBufUtil.isText(
                            Unpooled.wrappedBuffer(bytes, content, end - content), StandardCharsets.UTF_8)) {
                throw new SerializationException("CBOR: not UTF-8");
            }
            at = end;
        }
    }

    private static int length(byte[] bytes, int at, int low) {
        if (low < 24) {
            return low;
        }
        long length = 0;
        for (int i = 0; i < 1 << (low - 24); i++) {
            length = length << 8 | bytes[at + 1 + i] & 0xFF;
        }
        return (int) Math.min(length & Long.MAX_VALUE, Integer.MAX_VALUE / 2);
    }
}

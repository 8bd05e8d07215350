package dev.sprocket.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** What stands in a close frame (RFC 6455 5.5.1). */
final class CloseFrame {
    private static final int LONGEST_REASON = 123;

    private CloseFrame() {}

    /** Reads a client's. Throws {@link WebSocketProtocolException} if it is not well-formed. */
    static CloseStatus read(ByteBuf payload) {
        int size = payload.readableBytes();
        if (size == 0) {
            return new CloseStatus(1005, "", true);
        }
        if (size == 1) {
            throw new WebSocketProtocolException(1002, "close frame with a body of one byte (RFC 6455 5.5.1)");
        }
        int start = payload.readerIndex();
        int code = payload.getUnsignedShort(start);
        if (!CloseStatus.isSendable(code)) {
            throw new WebSocketProtocolException(1002, "close code " + code + " (RFC 6455 7.4)");
        }
        if (Utf8Validator.next(Utf8Validator.START, payload, start + 2, size - 2) != Utf8Validator.START) {
            throw new WebSocketProtocolException(1007, "close reason that is not UTF-8 (RFC 6455 5.5.1)");
        }
        return new CloseStatus(code, payload.toString(start + 2, size - 2, StandardCharsets.UTF_8), true);
    }

    /** Writes ours; a reason that is too long is cut between characters. */
    static ByteBuf write(int code, String reason) {
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        int size = Math.min(bytes.length, LONGEST_REASON);
        while (size > 0 && size < bytes.length && (bytes[size] & 0xC0) == 0x80) {
            size--;
        }
        return Unpooled.buffer(2 + size).writeShort(code).writeBytes(bytes, 0, size);
    }
}

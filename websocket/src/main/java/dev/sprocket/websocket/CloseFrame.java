package dev.sprocket.websocket;

import dev.sprocket.websocket.internal.frame.Utf8Validator;
import dev.sprocket.websocket.internal.frame.WebSocketProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Reads and writes the payload of close frames (RFC 6455 5.5.1). */
final class CloseFrame {
    private static final int MAX_REASON_BYTES = 123;

    private CloseFrame() {}

    /** Reads a client's close frame; throws {@link WebSocketProtocolException} if it is malformed. */
    static CloseStatus read(ByteBuf payload) {
        int size = payload.readableBytes();
        if (size == 0) {
            return new CloseStatus(1005, "", true);
        }
        if (size == 1) {
            throw new WebSocketProtocolException(1002, "close frame has a body of one byte (RFC 6455 5.5.1)");
        }
        int start = payload.readerIndex();
        int code = payload.getUnsignedShort(start);
        if (!CloseStatus.isSendable(code)) {
            throw new WebSocketProtocolException(1002, "invalid close code " + code + " (RFC 6455 7.4)");
        }
        if (Utf8Validator.next(Utf8Validator.START, payload, start + 2, size - 2) != Utf8Validator.START) {
            throw new WebSocketProtocolException(1007, "close reason is not UTF-8 (RFC 6455 5.5.1)");
        }
        return new CloseStatus(code, payload.toString(start + 2, size - 2, StandardCharsets.UTF_8), true);
    }

    /** Writes a close frame; a long reason is truncated between characters. */
    static ByteBuf write(int code, String reason) {
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        int size = Math.min(bytes.length, MAX_REASON_BYTES);
        while (size > 0 && size < bytes.length && (bytes[size] & 0xC0) == 0x80) {
            size--;
        }
        return Unpooled.buffer(2 + size).writeShort(code).writeBytes(bytes, 0, size);
    }
}

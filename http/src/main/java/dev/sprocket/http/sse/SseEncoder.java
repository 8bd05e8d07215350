package dev.sprocket.http.sse;

import dev.sprocket.core.Message;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.http.internal.h1.ChunkedEncoding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Encodes events: one line per field, and an empty line at the end. */
final class SseEncoder {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    /** Buffer space for field names, in addition to the text. */
    private static final int FIELD_ROOM = 32;

    /** Encodes a message as the data of an event. */
    static final LayerContext.Encoder PLAIN = (message, alloc) -> {
        ByteBuf out = alloc.directBuffer(message.size() + FIELD_ROOM);
        writeData(out, BorrowedMessages.bytes(message));
        return out;
    };

    /** Encodes a message as the data of an event, in a chunk. */
    static final LayerContext.Encoder CHUNKED = (message, alloc) -> {
        ByteBuf out = alloc.directBuffer(message.size() + FIELD_ROOM + ChunkedEncoding.OVERHEAD);
        ChunkedEncoding.begin(out);
        writeData(out, BorrowedMessages.bytes(message));
        ChunkedEncoding.end(out);
        return out;
    };

    /** Encodes a message that is the text of whole events. */
    static final LayerContext.Encoder VERBATIM =
            (message, alloc) -> BorrowedMessages.bytes(message).retainedDuplicate();

    /** Encodes a message that is the text of whole events, in a chunk. */
    static final LayerContext.Encoder VERBATIM_CHUNKED = (message, alloc) ->
            // an empty chunk would end the body
            message.size() == 0
                    ? Unpooled.EMPTY_BUFFER
                    : ChunkedEncoding.of(BorrowedMessages.bytes(message).retainedDuplicate(), alloc);

    private SseEncoder() {}

    /** Encodes an event, before chunked encoding. */
    static ByteBuf encode(SseEvent event, ByteBufAllocator alloc) {
        ByteBuf out = alloc.directBuffer(event.data().length() + FIELD_ROOM);
        if (event.type() != null) {
            writeField(out, "event: ", event.type());
        }
        if (event.id() != null) {
            writeField(out, "id: ", event.id());
        }
        if (event.retry() != null) {
            writeField(out, "retry: ", String.valueOf(event.retry().toMillis()));
        }
        writeData(out, Message.text(event.data()).content());
        return out;
    }

    private static void writeField(ByteBuf out, String name, String value) {
        ByteBufUtil.writeAscii(out, name);
        ByteBufUtil.writeUtf8(out, value);
        out.writeByte('\n');
    }

    /** Writes one field per line of the data. LF, CR and CR LF end a line. */
    private static void writeData(ByteBuf out, ByteBuf text) {
        int at = text.readerIndex();
        int end = text.writerIndex();
        boolean more = true;
        while (more) {
            int lf = text.indexOf(at, end, (byte) '\n');
            int cr = text.indexOf(at, lf < 0 ? end : lf, (byte) '\r');
            int stop = cr >= 0 ? cr : lf >= 0 ? lf : end;
            out.writeBytes(DATA).writeBytes(text, at, stop - at).writeByte('\n');
            more = stop < end;
            at = stop + (cr >= 0 && cr + 1 == lf ? 2 : 1);
        }
        out.writeByte('\n');
    }
}

package dev.sprocket.http;

import dev.sprocket.core.Message;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.MessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** How events look on the wire: lines that begin with the name of a field, and an empty one at the end. */
final class SseEncoder {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    /** Room for the name of a field in a few lines, beside the text itself. */
    private static final int FIELD_ROOM = 32;

    /** A message is the data of an event. */
    static final MessageEncoder PLAIN = (message, alloc) -> {
        ByteBuf out = alloc.directBuffer(message.size() + FIELD_ROOM);
        writeData(out, BorrowedMessages.bytes(message));
        return out;
    };

    /** The same as a chunk. */
    static final MessageEncoder CHUNKED = (message, alloc) -> {
        ByteBuf out = alloc.directBuffer(message.size() + FIELD_ROOM + ChunkedEncoding.OVERHEAD);
        ChunkedEncoding.begin(out);
        writeData(out, BorrowedMessages.bytes(message));
        ChunkedEncoding.end(out);
        return out;
    };

    /** A message is the text of whole events. */
    static final MessageEncoder VERBATIM =
            (message, alloc) -> BorrowedMessages.bytes(message).retainedDuplicate();

    /** The same as a chunk. */
    static final MessageEncoder VERBATIM_CHUNKED = (message, alloc) ->
            // an empty chunk would be the last
            message.size() == 0
                    ? Unpooled.EMPTY_BUFFER
                    : ChunkedEncoding.of(BorrowedMessages.bytes(message).retainedDuplicate(), alloc);

    private SseEncoder() {}

    /** The whole of an event, before its framing. */
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

    /** A field for each line; LF, CR and CR LF end one. */
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

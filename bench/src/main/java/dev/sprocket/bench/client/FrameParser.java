package dev.sprocket.bench.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Parses frames of a server (RFC 6455 5.2) without allocating objects. Not thread-safe. */
final class FrameParser {
    /** Receives the frames. The bytes are valid until the method returns. */
    interface Sink {
        void frame(int opcode, ByteBuf in, int start, int length);
    }

    private final Sink sink;
    /** Start of an incomplete frame. */
    private @Nullable ByteBuf partial;

    FrameParser(Sink sink) {
        this.sink = sink;
    }

    /** Parses the readable bytes. Does not release the buffer. */
    void parse(ByteBuf in) {
        ByteBuf all = partial;
        if (all == null) {
            parseComplete(in);
            if (in.isReadable()) {
                partial = Unpooled.buffer(in.readableBytes() * 2).writeBytes(in);
            }
            return;
        }
        all.writeBytes(in);
        parseComplete(all);
        if (all.isReadable()) {
            all.discardReadBytes();
        } else {
            partial = null;
        }
    }

    private void parseComplete(ByteBuf in) {
        int position = in.readerIndex();
        int end = in.writerIndex();
        while (end - position >= 2) {
            int head = in.getUnsignedShort(position);
            int length = head & 0x7F;
            int start = position + 2;
            if (length == 126) {
                if (end - position < 4) {
                    break;
                }
                length = in.getUnsignedShort(position + 2);
                start = position + 4;
            } else if (length == 127) {
                if (end - position < 10) {
                    break;
                }
                length = Math.toIntExact(in.getLong(position + 2));
                start = position + 10;
            }
            if (end - start < length) {
                break;
            }
            sink.frame(head >> 8 & 0x0F, in, start, length);
            position = start + length;
        }
        in.readerIndex(position);
    }
}

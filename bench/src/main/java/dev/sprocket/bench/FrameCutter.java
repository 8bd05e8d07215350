package dev.sprocket.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Cuts what a server sends into frames (RFC 6455 5.2), without an object for any of them. Not thread-safe. */
final class FrameCutter {
    /** What is done with a frame; the bytes are valid until it returns. */
    interface Sink {
        void frame(int opcode, ByteBuf in, int start, int length);
    }

    private final Sink sink;
    /** The beginning of a frame whose end has not arrived. */
    private @Nullable ByteBuf carry;

    FrameCutter(Sink sink) {
        this.sink = sink;
    }

    /** The buffer stays the caller's. */
    void cut(ByteBuf in) {
        ByteBuf all = carry;
        if (all == null) {
            whole(in);
            if (in.isReadable()) {
                carry = Unpooled.buffer(in.readableBytes() * 2).writeBytes(in);
            }
            return;
        }
        all.writeBytes(in);
        whole(all);
        if (all.isReadable()) {
            all.discardReadBytes();
        } else {
            carry = null;
        }
    }

    private void whole(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (end - at >= 2) {
            int head = in.getUnsignedShort(at);
            int length = head & 0x7F;
            int start = at + 2;
            if (length == 126) {
                if (end - at < 4) {
                    break;
                }
                length = in.getUnsignedShort(at + 2);
                start = at + 4;
            } else if (length == 127) {
                if (end - at < 10) {
                    break;
                }
                length = Math.toIntExact(in.getLong(at + 2));
                start = at + 10;
            }
            if (end - start < length) {
                break;
            }
            sink.frame(head >> 8 & 0x0F, in, start, length);
            at = start + length;
        }
        in.readerIndex(at);
    }
}

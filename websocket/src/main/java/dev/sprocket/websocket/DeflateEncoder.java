package dev.sprocket.websocket;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.MessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Messages as frames, compressed each by itself (RFC 7692 7.2.1) where that makes them shorter. */
@ThreadSafe
final class DeflateEncoder implements MessageEncoder {
    /** What a flush ends with, and a message leaves out. */
    private static final int TAIL = 4;

    private static final int STEP = 1024;

    private final int threshold;
    private final int level;
    private final int bits;

    DeflateEncoder(int threshold, int level, int bits) {
        this.threshold = threshold;
        this.level = level;
        this.bits = bits;
    }

    /** Whether a message is long enough to be tried; one that keeps its fragments goes as it is. */
    boolean compresses(Message message) {
        // an empty message has nothing to compress, and zlib nothing to flush
        return message.size() >= Math.max(1, threshold) && !message.isFragmented();
    }

    @Override
    public ByteBuf encode(Message message, ByteBufAllocator alloc) {
        if (compresses(message)) {
            DeflaterPool zlib = DeflaterPool.current();
            Deflater deflater = zlib.deflater(level);
            try {
                ByteBuf frame = encode(message, deflater, alloc);
                if (frame != null) {
                    return frame;
                }
            } finally {
                zlib.giveBack(deflater, level);
            }
        }
        return FrameEncoder.MESSAGE.encode(message, alloc);
    }

    /** With a compressor that may remember earlier messages; null if that makes the message no shorter. */
    @Nullable
    ByteBuf encode(Message message, Deflater deflater, ByteBufAllocator alloc) {
        int size = message.size();
        // grows with what comes out: memory for what waits to be sent is not much more than that
        ByteBuf out = alloc.directBuffer(STEP).writeZero(FrameEncoder.LONGEST_HEAD);
        boolean done = false;
        try {
            deflate(BorrowedMessages.bytes(message), deflater, out);
            out.writerIndex(out.writerIndex() - TAIL);
            int compressed = out.readableBytes() - FrameEncoder.LONGEST_HEAD;
            done = compressed < size;
            if (done) {
                FrameEncoder.headBefore(out, FrameEncoder.RSV1 | FrameEncoder.opcode(message), compressed);
            }
            return done ? out : null;
        } finally {
            if (!done) {
                out.release();
            }
        }
    }

    /**
     * zlib has one window, of 32 KiB. For a smaller one the history is forgotten each time that many bytes have gone in:
     * then nothing refers farther back.
     */
    private void deflate(ByteBuf content, Deflater deflater, ByteBuf out) {
        int end = content.writerIndex();
        int window = bits == Deflate.WINDOW_BITS ? Integer.MAX_VALUE : 1 << bits;
        int at = content.readerIndex();
        while (at < end) {
            int size = Math.min(window, end - at);
            ByteBuffer piece = content.nioBuffer(at, size);
            at += size;
            deflater.setInput(piece);
            flush(deflater, at < end ? Deflater.FULL_FLUSH : Deflater.SYNC_FLUSH, out);
        }
    }

    private static void flush(Deflater deflater, int mode, ByteBuf out) {
        int room;
        int written;
        do {
            out.ensureWritable(STEP);
            room = out.writableBytes();
            written = deflater.deflate(out.internalNioBuffer(out.writerIndex(), room), mode);
            out.writerIndex(out.writerIndex() + written);
        } while (written == room);
    }
}

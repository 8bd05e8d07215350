package dev.sprocket.websocket.internal.compression;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.websocket.internal.frame.FrameEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Encoder that compresses each message by itself (RFC 7692 7.2.1).
 *
 * <p>A message that compression does not shorten is sent uncompressed.
 */
@ThreadSafe
public final class DeflateEncoder implements LayerContext.Encoder {
    /** Window of zlib, as a power of two: 2^15 bytes. */
    public static final int WINDOW_BITS = 15;

    /** Size of the flush trailer, which is not part of the message. */
    private static final int TAIL = 4;

    private static final int STEP = 1024;

    private record Settings(int threshold, int level, int bits) {}

    /** Encoders by settings, which the configuration limits in number. */
    private static final Map<Settings, DeflateEncoder> ALL = new ConcurrentHashMap<>();

    private final int threshold;
    private final int level;
    private final int bits;

    /** Returns the encoder with these settings. Connections with the same encoder share the bytes of a broadcast. */
    public static DeflateEncoder of(int threshold, int level, int bits) {
        return ALL.computeIfAbsent(
                new Settings(threshold, level, bits), settings -> new DeflateEncoder(threshold, level, bits));
    }

    private DeflateEncoder(int threshold, int level, int bits) {
        this.threshold = threshold;
        this.level = level;
        this.bits = bits;
    }

    /** Reports whether a message is long enough for compression and does not preserve its fragments. */
    public boolean compresses(Message message) {
        // an empty message has nothing to compress, and zlib nothing to flush
        return message.size() >= Math.max(1, threshold) && !message.isFragmented();
    }

    @Override
    public ByteBuf encode(Message message, ByteBufAllocator alloc) {
        if (compresses(message)) {
            DeflaterPool pool = DeflaterPool.current();
            Deflater deflater = pool.deflater(level);
            try {
                ByteBuf frame = encode(message, deflater, alloc);
                if (frame != null) {
                    return frame;
                }
            } finally {
                pool.release(deflater, level);
            }
        }
        return FrameEncoder.MESSAGE.encode(message, alloc);
    }

    /**
     * Encodes a message with a compressor that may refer to earlier messages.
     *
     * @return the frame, or null if compression does not shorten the message
     */
    @Nullable
    ByteBuf encode(Message message, Deflater deflater, ByteBufAllocator alloc) {
        int size = message.size();
        // grows with the output, so that pending writes take little more memory than their bytes
        ByteBuf out = alloc.directBuffer(STEP).writeZero(FrameEncoder.MAX_HEADER_SIZE);
        boolean done = false;
        try {
            deflate(BorrowedMessages.bytes(message), deflater, out);
            out.writerIndex(out.writerIndex() - TAIL);
            int compressed = out.readableBytes() - FrameEncoder.MAX_HEADER_SIZE;
            done = compressed < size;
            if (done) {
                FrameEncoder.prependHeader(out, FrameEncoder.RSV1 | FrameEncoder.opcode(message), compressed);
            }
            return done ? out : null;
        } finally {
            if (!done) {
                out.release();
            }
        }
    }

    /**
     * Compresses the content of a message.
     *
     * <p>zlib has one window size, 32 KiB. For a smaller window, the compressor is flushed completely after as many
     * input bytes as the window has, so that no reference reaches farther back.
     */
    private void deflate(ByteBuf content, Deflater deflater, ByteBuf out) {
        int end = content.writerIndex();
        int window = bits == WINDOW_BITS ? Integer.MAX_VALUE : 1 << bits;
        int at = content.readerIndex();
        while (at < end) {
            int size = Math.min(window, end - at);
            ByteBuffer part = content.nioBuffer(at, size);
            at += size;
            deflater.setInput(part);
            flush(deflater, at < end ? Deflater.FULL_FLUSH : Deflater.SYNC_FLUSH, out);
        }
    }

    private static void flush(Deflater deflater, int mode, ByteBuf out) {
        int space;
        int written;
        do {
            out.ensureWritable(STEP);
            space = out.writableBytes();
            written = deflater.deflate(out.internalNioBuffer(out.writerIndex(), space), mode);
            out.writerIndex(out.writerIndex() + written);
        } while (written == space);
    }
}

package dev.sprocket.websocket.internal.compression;

import dev.sprocket.websocket.internal.frame.Decompressor;
import dev.sprocket.websocket.internal.frame.WebSocketProtocolException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decompressor of a client's messages (RFC 7692 7.2.2).
 *
 * <p>Messages are decompressed as they arrive, up to the size limit of a message. An inflater is held only while a
 * message is incomplete: the data to which the next message may refer is stored in {@link InflateWindow}, so that
 * nothing else of a message, such as a final block, affects later messages.
 *
 * <p>Confined to the connection's event loop.
 */
public final class MessageInflater implements Decompressor {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    /** Empty final block, which ends a stream between two blocks. */
    private static final byte[] END = {1, 0, 0, (byte) 0xFF, (byte) 0xFF};

    private static final int WINDOW_SIZE = 1 << DeflateEncoder.WINDOW_BITS;
    private static final int STEP = 1024;
    /** Memory that zlib allocates for an inflater: its window, and about 8 KiB of tables. */
    private static final int NATIVE_MEMORY = WINDOW_SIZE + 8 * 1024;

    /**
     * Number of final blocks that any message may have (RFC 7692 7.2.3.4).
     *
     * <p>A longer message may have one more per KiB. Limited because each final block costs a copy of the window.
     */
    private static final int BASE_FINAL_BLOCKS = 16;

    private final int limit;
    /** Earlier output to which messages may refer; null without context takeover. */
    private final @Nullable InflateWindow window;

    private @Nullable Inflater inflater;
    private int finalBlocks;
    /** True if the input so far ends with a final block. */
    private boolean endedWithFinalBlock;

    public MessageInflater(@Nullable InflateWindow window, int limit) {
        this.window = window;
        this.limit = limit;
    }

    @Override
    public void add(ByteBuf in, int start, int size, ByteBuf out) {
        if (size > 0) {
            inflate(in.nioBuffer(start, size), out);
        }
    }

    @Override
    public void finish(ByteBuf out) {
        // some clients omit the byte after a final block, or all bytes of an empty message (RFC 7692 7.2.3.4, 7.2.3.6)
        if (inflater != null && !endedWithFinalBlock) {
            inflate(ByteBuffer.wrap(TAIL), out);
            endedWithFinalBlock = false;
            inflate(ByteBuffer.wrap(END), out);
            if (!endedWithFinalBlock) {
                throw new WebSocketProtocolException(1007, "compressed message ends inside a block (RFC 7692 7.2.2)");
            }
        }
        if (window != null) {
            window.add(out);
        }
        release();
    }

    @Override
    public int nativeMemory() {
        return inflater == null ? 0 : NATIVE_MEMORY;
    }

    @Override
    public void release() {
        Inflater held = inflater;
        finalBlocks = 0;
        endedWithFinalBlock = false;
        if (held != null) {
            inflater = null;
            DeflaterPool.current().release(held);
        }
    }

    private void inflate(ByteBuffer in, ByteBuf out) {
        Inflater zlib = inflater;
        if (zlib == null) {
            zlib = DeflaterPool.current().inflater();
            inflater = zlib;
            if (window != null) {
                window.restoreTo(zlib);
            }
        }
        endedWithFinalBlock = false;
        zlib.setInput(in);
        try {
            boolean more = true;
            while (more) {
                out.ensureWritable((int) Math.min(STEP, limit + 1L - out.readableBytes()));
                int space = out.writableBytes();
                int written = zlib.inflate(out.internalNioBuffer(out.writerIndex(), space));
                out.writerIndex(out.writerIndex() + written);
                if (out.readableBytes() > limit) {
                    throw new WebSocketProtocolException(1009, "decompressed message exceeds " + limit + " bytes");
                }
                more = zlib.finished() ? restart(zlib, in, out) : written == space || !zlib.needsInput();
            }
        } catch (DataFormatException e) {
            throw new WebSocketProtocolException(1007, "invalid deflate data: " + e.getMessage() + " (RFC 7692 7.2.2)");
        }
    }

    /** Continues after a final block inside a message (RFC 7692 7.2.3.4). Returns false if no input is left. */
    private boolean restart(Inflater zlib, ByteBuffer in, ByteBuf out) {
        int rest = zlib.getRemaining();
        if (++finalBlocks > BASE_FINAL_BLOCKS + out.readableBytes() / STEP) {
            throw new WebSocketProtocolException(1007, "message has " + finalBlocks + " final deflate blocks");
        }
        zlib.reset();
        restoreWindow(zlib, out);
        zlib.setInput(in.position(in.limit() - rest));
        endedWithFinalBlock = rest == 0;
        return rest > 0;
    }

    /** Restores the window after a final block. Later blocks may refer to data before it and to earlier messages. */
    private void restoreWindow(Inflater zlib, ByteBuf out) {
        int size = Math.min(WINDOW_SIZE, out.readableBytes());
        if (window != null && size < WINDOW_SIZE) {
            window.restoreTo(zlib);
        }
        byte[] recent = new byte[size];
        out.getBytes(out.writerIndex() - size, recent);
        zlib.setDictionary(recent);
    }
}

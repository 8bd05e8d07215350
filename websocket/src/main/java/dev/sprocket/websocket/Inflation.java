package dev.sprocket.websocket;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the client's messages (RFC 7692 7.2.2) as they arrive, and never past the limit of a message. Holds an inflater
 * while a message is under way; with context takeover, from the first one on.
 *
 * <p>Threads: its connection's event loop.
 */
final class Inflation {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    private static final int WINDOW = 1 << Deflate.WINDOW_BITS;
    private static final int STEP = 1024;
    /** Each one costs a copy of the window, so a message may not consist of them (RFC 7692 7.2.3.4 knows one). */
    private static final int FINAL_BLOCKS = 16;

    private final boolean takeover;
    private final int limit;
    private @Nullable Inflater inflater;
    private int finalBlocks;

    Inflation(boolean takeover, int limit) {
        this.takeover = takeover;
        this.limit = limit;
    }

    /** Appends what a piece of a message stands for. Throws {@link Violation} for what is no deflate, and past the limit. */
    void add(ByteBuf in, int start, int size, ByteBuf out) {
        inflate(in.nioBuffer(start, size), out);
    }

    /** Appends the rest of a message. */
    void finish(ByteBuf out) {
        inflate(ByteBuffer.wrap(TAIL), out);
        finalBlocks = 0;
        if (!takeover) {
            release();
        }
    }

    /** Gives back what it holds. */
    void release() {
        Inflater held = inflater;
        if (held != null) {
            inflater = null;
            Zlib.current().giveBack(held);
        }
    }

    private void inflate(ByteBuffer in, ByteBuf out) {
        Inflater zlib = inflater;
        if (zlib == null) {
            zlib = Zlib.current().inflater();
            inflater = zlib;
        }
        zlib.setInput(in);
        try {
            boolean more = true;
            while (more) {
                out.ensureWritable((int) Math.min(STEP, limit + 1L - out.readableBytes()));
                int room = out.writableBytes();
                int written = zlib.inflate(out.internalNioBuffer(out.writerIndex(), room));
                out.writerIndex(out.writerIndex() + written);
                if (out.readableBytes() > limit) {
                    throw new Violation(1009, "message that inflates to more than " + limit + " bytes");
                }
                more = zlib.finished() ? restart(zlib, in, out) : written == room || !zlib.needsInput();
            }
        } catch (DataFormatException e) {
            throw new Violation(1007, "compressed data that is no deflate: " + e.getMessage() + " (RFC 7692 7.2.2)");
        }
    }

    /** The stream may end inside a message, and go on (RFC 7692 7.2.3.4); returns whether there is more of it. */
    private boolean restart(Inflater zlib, ByteBuffer in, ByteBuf out) {
        if (++finalBlocks > FINAL_BLOCKS) {
            throw new Violation(1007, "message of more than " + FINAL_BLOCKS + " final deflate blocks");
        }
        int rest = zlib.getRemaining();
        zlib.reset();
        byte[] window = new byte[Math.min(WINDOW, out.readableBytes())];
        out.getBytes(out.writerIndex() - window.length, window);
        zlib.setDictionary(window);
        zlib.setInput(in.position(in.limit() - rest));
        return rest > 0;
    }
}

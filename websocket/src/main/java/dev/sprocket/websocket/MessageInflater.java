package dev.sprocket.websocket;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the client's messages (RFC 7692 7.2.2) as they arrive, and never past the limit of a message. Holds an inflater
 * while a message is under way only: what the next one may refer to is kept by {@link InflateWindow}, so that nothing else of
 * a message, such as a final block, can have an effect on those behind it.
 *
 * <p>Confined to the connection's event loop.
 */
final class MessageInflater {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    /** Ends a stream that is between two blocks. */
    private static final byte[] END = {1, 0, 0, (byte) 0xFF, (byte) 0xFF};

    private static final int WINDOW = 1 << Deflate.WINDOW_BITS;
    private static final int STEP = 1024;
    /** What zlib allocates for an inflater: its window, and about 8 KiB of tables. */
    private static final int NATIVE = WINDOW + 8 * 1024;

    /** Each one costs a copy of the window, so a message has not many more of them than KiB (RFC 7692 7.2.3.4). */
    private static final int FINAL_BLOCKS = 16;

    private final int limit;
    /** What messages may refer to; null without takeover. */
    private final @Nullable InflateWindow history;

    private @Nullable Inflater inflater;
    private int finalBlocks;
    /** Whether the last thing that was read is a final block. */
    private boolean complete;

    MessageInflater(@Nullable InflateWindow history, int limit) {
        this.history = history;
        this.limit = limit;
    }

    /** Appends what a piece of a message stands for. Throws {@link WebSocketProtocolException} for what is no deflate, and past the limit. */
    void add(ByteBuf in, int start, int size, ByteBuf out) {
        if (size > 0) {
            inflate(in.nioBuffer(start, size), out);
        }
    }

    /** Appends the rest of a message. Throws {@link WebSocketProtocolException} if it ends inside a block. */
    void finish(ByteBuf out) {
        // some leave out the byte behind a final block, or all of an empty message (RFC 7692 7.2.3.4 and 7.2.3.6)
        if (inflater != null && !complete) {
            inflate(ByteBuffer.wrap(TAIL), out);
            complete = false;
            inflate(ByteBuffer.wrap(END), out);
            if (!complete) {
                throw new WebSocketProtocolException(
                        1007, "compressed message that ends inside a block (RFC 7692 7.2.2)");
            }
        }
        if (history != null) {
            history.add(out);
        }
        release();
    }

    /** Bytes of native memory that it holds. */
    int held() {
        return inflater == null ? 0 : NATIVE;
    }

    /** Gives back what it holds. */
    void release() {
        Inflater held = inflater;
        finalBlocks = 0;
        complete = false;
        if (held != null) {
            inflater = null;
            DeflaterPool.current().giveBack(held);
        }
    }

    private void inflate(ByteBuffer in, ByteBuf out) {
        Inflater zlib = inflater;
        if (zlib == null) {
            zlib = DeflaterPool.current().inflater();
            inflater = zlib;
            if (history != null) {
                history.tell(zlib);
            }
        }
        complete = false;
        zlib.setInput(in);
        try {
            boolean more = true;
            while (more) {
                out.ensureWritable((int) Math.min(STEP, limit + 1L - out.readableBytes()));
                int room = out.writableBytes();
                int written = zlib.inflate(out.internalNioBuffer(out.writerIndex(), room));
                out.writerIndex(out.writerIndex() + written);
                if (out.readableBytes() > limit) {
                    throw new WebSocketProtocolException(
                            1009, "message that inflates to more than " + limit + " bytes");
                }
                more = zlib.finished() ? restart(zlib, in, out) : written == room || !zlib.needsInput();
            }
        } catch (DataFormatException e) {
            throw new WebSocketProtocolException(
                    1007, "compressed data that is no deflate: " + e.getMessage() + " (RFC 7692 7.2.2)");
        }
    }

    /** The stream may end inside a message, and go on (RFC 7692 7.2.3.4); returns whether there is more of it. */
    private boolean restart(Inflater zlib, ByteBuffer in, ByteBuf out) {
        int rest = zlib.getRemaining();
        if (++finalBlocks > FINAL_BLOCKS + out.readableBytes() / STEP) {
            throw new WebSocketProtocolException(1007, "message of " + finalBlocks + " final deflate blocks");
        }
        zlib.reset();
        remember(zlib, out);
        zlib.setInput(in.position(in.limit() - rest));
        complete = rest == 0;
        return rest > 0;
    }

    /** What blocks may refer to reaches back over final ones, into earlier messages. */
    private void remember(Inflater zlib, ByteBuf out) {
        int size = Math.min(WINDOW, out.readableBytes());
        if (history != null && size < WINDOW) {
            history.tell(zlib);
        }
        byte[] window = new byte[size];
        out.getBytes(out.writerIndex() - size, window);
        zlib.setDictionary(window);
    }
}

package dev.sprocket.websocket.internal.compression;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.zip.Inflater;

/**
 * Last decompressed bytes of a client with context takeover (RFC 7692 7.1.1.2).
 *
 * <p>Between two messages these bytes are the whole state of an inflater, so that idle connections do not hold one. The
 * buffer grows with the received data, up to the size of the window.
 *
 * <p>Confined to the connection's event loop.
 */
public final class InflateWindow {
    private final int capacity;
    private byte[] bytes = {};
    /** Number of stored bytes; when the window is full, the oldest byte is at {@link #end}. */
    private int count;

    private int end;

    public InflateWindow(int capacity) {
        this.capacity = capacity;
    }

    /** Appends the last bytes of a decompressed message. */
    void add(ByteBuf message) {
        int size = Math.min(capacity, message.readableBytes());
        int from = message.writerIndex() - size;
        grow(Math.min(capacity, count + size));
        int first = Math.min(size, bytes.length - end);
        message.getBytes(from, bytes, end, first);
        message.getBytes(from + first, bytes, 0, size - first);
        count = Math.min(capacity, count + size);
        end = (end + size) % Math.max(1, bytes.length);
    }

    /** Enlarges the buffer; nothing wraps around before it has its full size. */
    private void grow(int needed) {
        if (bytes.length < needed) {
            end = count;
            bytes = Arrays.copyOf(bytes, Math.min(capacity, Math.max(needed, 2 * bytes.length)));
        }
    }

    /** Sets the stored bytes as the dictionary of a new or reset inflater. */
    void restoreTo(Inflater inflater) {
        if (count == capacity) {
            setDictionary(inflater, end, capacity - end);
            setDictionary(inflater, 0, end);
        } else {
            setDictionary(inflater, 0, count);
        }
    }

    private void setDictionary(Inflater inflater, int from, int size) {
        if (size > 0) {
            inflater.setDictionary(bytes, from, size);
        }
    }
}

package dev.sprocket.websocket;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.zip.Inflater;

/**
 * The last bytes that a client's messages inflated to, for a client with context takeover (RFC 7692 7.1.1.2).
 *
 * <p>Between two messages they are all that an inflater has to remember, so that no connection holds one. They grow with
 * what the client has sent, up to its window.
 *
 * <p>Confined to the connection's event loop.
 */
final class InflateWindow {
    private final int window;
    private byte[] bytes = {};
    /** How many bytes are known; once that is the whole window, the oldest is at {@link #end}. */
    private int count;

    private int end;

    InflateWindow(int window) {
        this.window = window;
    }

    /** Appends a message, of which the last bytes are remembered. */
    void add(ByteBuf message) {
        int size = Math.min(window, message.readableBytes());
        int from = message.writerIndex() - size;
        grow(Math.min(window, count + size));
        int first = Math.min(size, bytes.length - end);
        message.getBytes(from, bytes, end, first);
        message.getBytes(from + first, bytes, 0, size - first);
        count = Math.min(window, count + size);
        end = (end + size) % Math.max(1, bytes.length);
    }

    /** Until it has its full size nothing wraps around. */
    private void grow(int needed) {
        if (bytes.length < needed) {
            end = count;
            bytes = Arrays.copyOf(bytes, Math.min(window, Math.max(needed, 2 * bytes.length)));
        }
    }

    /** Has an inflater that starts afresh remember what is known. */
    void tell(Inflater inflater) {
        if (count == window) {
            set(inflater, end, window - end);
            set(inflater, 0, end);
        } else {
            set(inflater, 0, count);
        }
    }

    private void set(Inflater inflater, int from, int size) {
        if (size > 0) {
            inflater.setDictionary(bytes, from, size);
        }
    }
}

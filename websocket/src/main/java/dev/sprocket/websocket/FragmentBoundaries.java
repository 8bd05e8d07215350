package dev.sprocket.websocket;

import dev.sprocket.core.Message;
import java.util.Arrays;

/** Where the fragments of the message that arrives end. Confined to the connection's event loop. */
final class FragmentBoundaries {
    private int[] ends = {};
    private int count;

    /** A fragment that is not the last has arrived. */
    void add(int end) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, Math.max(8, 2 * count));
        }
        ends[count++] = end;
    }

    /** The message has arrived whole. */
    Message mark(Message message) {
        if (count == 0) {
            return message;
        }
        add(message.size());
        int[] parts = Arrays.copyOf(ends, count);
        ends = new int[0];
        count = 0;
        return message.fragmented(parts);
    }
}

package dev.sprocket.websocket.internal.frame;

import dev.sprocket.core.Message;
import java.util.Arrays;

/** End positions of the fragments of an incomplete message. Confined to the connection's event loop. */
public final class FragmentBoundaries {
    private int[] ends = {};
    private int count;

    /** Adds the end of a fragment that is not the last one. */
    void add(int end) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, Math.max(8, 2 * count));
        }
        ends[count++] = end;
    }

    /** Returns a complete message with its fragments as parts, and clears the boundaries. */
    public Message applyTo(Message message) {
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

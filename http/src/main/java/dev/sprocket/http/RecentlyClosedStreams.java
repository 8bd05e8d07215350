package dev.sprocket.http;

/** The ids of the streams that ended last. Not thread-safe. */
final class RecentlyClosedStreams {
    private final int capacity;
    private int[] ids = {};
    private int next;

    /** Remembers at most so many. */
    RecentlyClosedStreams(int most) {
        this.capacity = most;
    }

    void add(int id) {
        if (next == ids.length && ids.length < capacity) {
            ids = java.util.Arrays.copyOf(ids, Math.min(capacity, Math.max(8, 2 * ids.length)));
        }
        if (next == ids.length) {
            next = 0;
        }
        ids[next++] = id;
    }

    boolean contains(int id) {
        for (int known : ids) {
            if (known == id) {
                return true;
            }
        }
        return false;
    }
}

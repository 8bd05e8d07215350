package dev.sprocket.http.internal.h2;

/** Ids of the capacity recently closed streams. Not thread-safe. */
final class RecentlyClosedStreams {
    private final int capacity;
    private int[] ids = {};
    private int next;

    /** Creates an empty set of at capacity the given number of ids. */
    RecentlyClosedStreams(int capacity) {
        this.capacity = capacity;
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
        for (int other : ids) {
            if (other == id) {
                return true;
            }
        }
        return false;
    }
}

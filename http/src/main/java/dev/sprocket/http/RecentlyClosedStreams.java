package dev.sprocket.http;

/** The ids of the streams that ended last. Not thread-safe. */
final class RecentlyClosedStreams {
    private final int most;
    private int[] ids = {};
    private int next;

    /** Remembers at most so many. */
    RecentlyClosedStreams(int most) {
        this.most = most;
    }

    void add(int id) {
        if (next == ids.length && ids.length < most) {
            ids = java.util.Arrays.copyOf(ids, Math.min(most, Math.max(8, 2 * ids.length)));
        }
        if (next == ids.length) {
            next = 0;
        }
        ids[next++] = id;
    }

    boolean has(int id) {
        for (int known : ids) {
            if (known == id) {
                return true;
            }
        }
        return false;
    }
}

package dev.sprocket.core.internal.log;

/** Number of bytes that were written to a connection; confined to its event loop. */
public final class SentBytes {
    private long total;

    /** Creates a counter. */
    public SentBytes() {}

    /** Adds a number of bytes. */
    public void add(int bytes) {
        total += bytes;
    }

    /** Returns the bytes since the counter was created, before encryption. */
    public long total() {
        return total;
    }
}

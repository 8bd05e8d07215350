package dev.sprocket.core.internal.transport;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.LongAdder;

/** Number of connections that this process has closed because a server stopped. */
@ThreadSafe
public final class ShutdownCounts {
    private static final LongAdder TOLD = new LongAdder();
    private static final LongAdder ABORTED = new LongAdder();

    private ShutdownCounts() {}

    /**
     * Counts the connections of one server.
     *
     * @param told connections that were asked to close
     * @param aborted those among them that were still open at the deadline
     */
    public static void add(int told, int aborted) {
        TOLD.add(told);
        ABORTED.add(aborted);
    }

    /** Returns the number of connections that were asked to close. */
    public static long told() {
        return TOLD.sum();
    }

    /** Returns the number of connections that were still open at the deadline. */
    public static long aborted() {
        return ABORTED.sum();
    }
}

package dev.sprocket.cluster.internal.metrics;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.LongAdder;

/** Counter of one node that is also counted for the process. */
@ThreadSafe
public final class NodeCounter {
    private final LongAdder own = new LongAdder();
    private final LongAdder process;

    /**
     * Creates a counter at zero.
     *
     * @param process counter of all nodes of the process
     */
    public NodeCounter(LongAdder process) {
        this.process = process;
    }

    /** Counts one. */
    public void increment() {
        add(1);
    }

    /** Adds a number. */
    public void add(long number) {
        own.add(number);
        process.add(number);
    }

    /** Returns the count of this node. */
    public long sum() {
        return own.sum();
    }
}

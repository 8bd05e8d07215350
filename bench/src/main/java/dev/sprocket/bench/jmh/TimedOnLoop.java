package dev.sprocket.bench.jmh;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.TearDown;

/** Base of benchmarks that run on an in-memory event loop. */
public abstract class TimedOnLoop extends Timed {
    final MemoryLoop loop = new MemoryLoop();

    /** Stops the loop. */
    @TearDown(Level.Trial)
    public final void close() throws InterruptedException {
        loop.close();
    }
}

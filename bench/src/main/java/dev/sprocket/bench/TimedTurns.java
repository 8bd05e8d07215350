package dev.sprocket.bench;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.TearDown;

/** As {@link Timed}, on an event loop in memory. */
public abstract class TimedTurns extends Timed {
    final MemoryLoop loop = new MemoryLoop();

    /** Ends the loop. */
    @TearDown(Level.Trial)
    public final void close() throws InterruptedException {
        loop.close();
    }
}

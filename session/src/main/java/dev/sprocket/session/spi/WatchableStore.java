package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.function.Consumer;

/** A store that says by itself when a session ends; others are asked again from time to time. Threads: as {@link SessionStore}. */
public interface WatchableStore extends SessionStore {
    /**
     * Tells of each session that is deleted or expires, from now on; ids that nobody asked for, too.
     *
     * @param ended is told the id, on any thread, and does not block
     * @return to be closed when nobody wants to know any more
     */
    Watch watch(Consumer<String> ended);

    /** What tells somebody. */
    @ThreadSafe
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}

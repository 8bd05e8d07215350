package dev.sprocket.core.spi;

import dev.sprocket.core.Connection;

/**
 * A connection whose protocol has words for a failure: 500 under HTTP, 1011 under WebSocket. A connection that stands on
 * another hands it down.
 *
 * <p>Threads: any.
 */
public interface Failing extends Connection {
    /** Closes the connection because of this; what kind of {@link Refusal} it is, if it is one, is told to the peer. */
    void closeFailed(Throwable cause);

    /** Closes any connection because of this, with what words it has. */
    static void close(Connection conn, Throwable cause) {
        if (conn instanceof Failing failing) {
            failing.closeFailed(cause);
        } else {
            conn.close();
        }
    }
}

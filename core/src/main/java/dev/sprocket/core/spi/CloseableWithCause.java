package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;

/**
 * A connection whose protocol has words for a failure: 500 under HTTP, 1011 under WebSocket. A connection that stands on
 * another hands it down.
 */
@ThreadSafe
public interface CloseableWithCause extends Connection {
    /** Closes the connection because of this; what kind of {@link RejectedException} it is, if it is one, is told to the peer. */
    void closeWithCause(Throwable cause);

    /** Closes any connection because of this, with what words it has. */
    static void close(Connection conn, Throwable cause) {
        if (conn instanceof CloseableWithCause failing) {
            failing.closeWithCause(cause);
        } else {
            conn.close();
        }
    }
}

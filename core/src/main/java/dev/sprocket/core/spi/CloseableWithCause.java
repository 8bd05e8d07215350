package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.RejectedException;

/**
 * Connection whose protocol can report a failure to its peer.
 *
 * <p>The cause is reported as 500 under HTTP and as 1011 under WebSocket. A connection that stands on another one
 * passes it down.
 */
@ThreadSafe
public interface CloseableWithCause extends Connection {
    /** Closes the connection because of a failure. The peer is told the kind of a {@link RejectedException}. */
    void closeWithCause(Throwable cause);

    /** Closes any connection because of a failure, and reports the cause if the protocol can. */
    static void close(Connection conn, Throwable cause) {
        if (conn instanceof CloseableWithCause failing) {
            failing.closeWithCause(cause);
        } else {
            conn.close();
        }
    }
}

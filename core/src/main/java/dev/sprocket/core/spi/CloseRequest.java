package dev.sprocket.core.spi;

/**
 * Request to close the connection, sent through its pipeline as a user event.
 *
 * <p>The first handler that has to finish something claims it and closes the connection itself. If no handler claims
 * it, the connection is closed immediately.
 *
 * <p>Confined to the connection's event loop.
 */
public final class CloseRequest {
    /** Reason of the request. */
    public enum Cause {
        /** The server shuts down; a protocol that can tell its peer should do so. */
        SERVER_SHUTDOWN,
        /** The peer has ended its stream, but may still be reading. */
        END_OF_STREAM,
        /** The owner is no longer authorized: logged out, expired or revoked. */
        UNAUTHORIZED,
        /** Too much data is pending for the peer; a final message must be short. */
        OVERFLOW
    }

    private final Cause cause;
    private boolean claimed;

    /** Creates a request with this cause. */
    public CloseRequest(Cause cause) {
        this.cause = cause;
    }

    /** Returns the cause. */
    public Cause cause() {
        return cause;
    }

    /** Claims the request: the caller closes the connection. */
    public void claim() {
        claimed = true;
    }

    /** Reports whether a handler closes the connection. */
    public boolean isClaimed() {
        return claimed;
    }
}

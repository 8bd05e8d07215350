package dev.sprocket.core.spi;

/**
 * This connection is about to end: sent through its pipeline as a user event, from below. The first handler that has to
 * finish something takes it, and closes the connection itself; one where nobody takes it is closed at once.
 *
 * <p>Confined to the connection's event loop.
 */
public final class CloseRequest {
    /** Why. */
    public enum Cause {
        /** The server stops; a protocol that has words for that should say them. */
        SERVER_SHUTDOWN,
        /** The peer will send no more, but may still be reading. */
        END_OF_STREAM,
        /** Whom it belongs to is not let in any more: logged out, expired, or taken back. */
        UNAUTHORIZED,
        /** More waits for the peer to read than may; a last word must be short. */
        OVERFLOW
    }

    private final Cause cause;
    private boolean taken;

    /** For this cause. */
    public CloseRequest(Cause cause) {
        this.cause = cause;
    }

    /** Why. */
    public Cause cause() {
        return cause;
    }

    /** Says that the caller ends this connection. */
    public void claim() {
        taken = true;
    }

    /** Whether somebody ends this connection. */
    public boolean isClaimed() {
        return taken;
    }
}

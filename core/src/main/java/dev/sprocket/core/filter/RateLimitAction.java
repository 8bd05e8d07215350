package dev.sprocket.core.filter;

import com.google.errorprone.annotations.ThreadSafe;

/** Action of a {@link Limiter} for a message that exceeds a rate. */
@ThreadSafe
public enum RateLimitAction {
    /**
     * Drops the message.
     *
     * <p>A peer that waits for a response gets an error of its protocol. Not for bytes from which another layer creates
     * messages: the bytes after the dropped ones could not be decoded.
     */
    REJECT,
    /** Closes the connection (1008 under WebSocket). */
    CLOSE,
    /**
     * Delivers the message and pauses reads until the connection is within its limit again.
     *
     * <p>Reads resume with a precision of half a second. Reads of a connection without a socket cannot be paused: its
     * message is dropped.
     */
    PAUSE
}

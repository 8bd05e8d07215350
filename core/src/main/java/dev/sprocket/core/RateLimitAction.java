package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;

/** What {@link Limiter} does with a message past the limit. */
@ThreadSafe
public enum RateLimitAction {
    /**
     * The message is dropped. A peer that waits for an answer gets one that says so, in the words of its protocol. Not
     * for bytes of which another layer makes messages: what follows the dropped ones would make no sense.
     */
    REJECT,
    /** The connection is closed (1008 under WebSocket). */
    CLOSE,
    /**
     * The message is delivered, but the connection is not read from until it is within its limit again, to the half second.
     * One that does not stand on a socket cannot be held: its message is dropped.
     */
    PAUSE
}

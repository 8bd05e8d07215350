package dev.sprocket.core;

/** What {@link Limiter} does with a message past the limit. Threads: any. */
public enum Excess {
    /** The message is dropped. */
    REFUSE,
    /** The connection is closed (1008 under WebSocket). */
    CLOSE,
    /**
     * The message is delivered, but the connection is not read from until it is within its limit again, to the half second.
     * One that does not stand on a socket cannot be held: its message is dropped.
     */
    HOLD
}

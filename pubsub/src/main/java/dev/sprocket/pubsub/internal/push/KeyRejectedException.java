package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;

/** Thrown if a key or version cannot be accepted; nothing was published. */
@ThreadSafe
public final class KeyRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long retryAfterSeconds;

    private KeyRejectedException(String reason, long retryAfterSeconds) {
        // no stack trace: peers cause it, possibly often
        super(reason, null, false, false);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** Creates an exception for a key that was used for another event. */
    static KeyRejectedException reused() {
        return new KeyRejectedException("key was used for another event", 0);
    }

    /**
     * Creates an exception for full memory.
     *
     * @param name what there is no room for
     * @param millis time until there is room, in milliseconds
     */
    static KeyRejectedException full(String name, long millis) {
        return new KeyRejectedException("no room for another " + name, Math.max(1, (millis + 999) / 1000));
    }

    /** Reports whether the key was used for something else; otherwise the memory is full. */
    public boolean isReused() {
        return retryAfterSeconds == 0;
    }

    /** Returns the time until there is room in seconds; 0 for a reused key. */
    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}

package dev.sprocket.session.spi;

import java.util.concurrent.CompletionStage;

/**
 * Store whose sessions can be changed.
 *
 * <p>Methods are called from any thread and must not block it.
 */
public interface WritableStore extends SessionStore {
    /** Function that changes the stored form of a session. */
    @FunctionalInterface
    interface Change {
        /**
         * Returns the bytes to write.
         *
         * <p>May be called again with other bytes if the session was changed in the meantime.
         */
        byte[] apply(byte[] stored) throws SessionFormatException;
    }

    /**
     * Changes an existing session atomically; concurrent changes of the site are not lost.
     *
     * <p>No session is created, and the lifetime is not changed.
     *
     * @return false if the session does not exist; failed with the exception of the change
     */
    CompletionStage<Boolean> update(String id, Change change);
}

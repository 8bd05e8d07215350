package dev.sprocket.session.spi;

import java.util.concurrent.CompletionStage;

/** A store whose sessions can be changed. Threads: as {@link SessionStore}. */
public interface WritableStore extends SessionStore {
    /** What a session becomes. */
    @FunctionalInterface
    interface Change {
        /** What is to be written instead of this; may be asked again with other bytes, where somebody was faster. */
        byte[] apply(byte[] stored) throws SessionFormatException;
    }

    /**
     * Changes a session that is there, as one step: what the site writes meanwhile is not lost. None is created, and its
     * lifetime is the site's to say.
     *
     * @return false if there is no such session; failed with what the change throws
     */
    CompletionStage<Boolean> update(String id, Change change);
}

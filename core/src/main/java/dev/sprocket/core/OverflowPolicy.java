package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;

/** What happens to messages for a peer that reads too slowly, once as much waits for it as may. */
@ThreadSafe
public enum OverflowPolicy {
    /** The connection is closed, and the peer told why where the protocol has words for that. */
    CLOSE,
    /** The message that does not fit is dropped. */
    DROP_NEWEST,
    /** The messages that have waited longest are dropped, until the new one fits. */
    DROP_OLDEST,
    /**
     * Of the messages that wait, only the latest for each topic is kept; if that is still too much, as {@link
     * #DROP_OLDEST}. Messages that belong to no topic are not compared.
     */
    CONFLATE
}

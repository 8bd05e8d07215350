package dev.sprocket.core.flow;

import com.google.errorprone.annotations.ThreadSafe;

/** Policy for messages that exceed the outbound limit of a slow reader. */
@ThreadSafe
public enum OverflowPolicy {
    /** Closes the connection, and tells the peer the reason if the protocol can. */
    CLOSE,
    /** Drops the message that exceeds the limit. */
    DROP_NEWEST,
    /** Drops the oldest pending messages until the new one fits. */
    DROP_OLDEST,
    /**
     * Keeps only the latest pending message per topic.
     *
     * <p>If that is not enough, drops the oldest messages like {@link #DROP_OLDEST}. Messages without a topic are not
     * compared.
     */
    CONFLATE
}

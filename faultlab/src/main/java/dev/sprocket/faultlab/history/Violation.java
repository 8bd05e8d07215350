package dev.sprocket.faultlab.history;

import com.google.errorprone.annotations.Immutable;

/**
 * A broken promise.
 *
 * @param promise which one
 * @param detail who saw it, and where
 */
@Immutable
public record Violation(Promise promise, String detail) {
    /** Promises of a cluster. */
    public enum Promise {
        /** Only events that somebody sent, on their own topic. */
        GENUINE,
        /** No event twice. */
        ONCE,
        /** Events of a topic with a log in the order of the log. */
        LOG_ORDER,
        /** Events of one publisher in its order, also across topics if there is no fault. */
        PUBLISHER_ORDER,
        /** Each acknowledged event of a topic with a log, or a gap in its place. */
        HEARD_OR_TOLD,
        /** Without a fault, events of topics without a log arrive, too. */
        HEARD_IN_QUIET,
        /** Delivery from each node to each other continues in time after a fault. */
        HEALED,
        /** The state that a node reports is true. */
        READY,
        /** Memory and descriptors return. */
        RESOURCES
    }

    @Override
    public String toString() {
        return promise + ": " + detail;
    }
}

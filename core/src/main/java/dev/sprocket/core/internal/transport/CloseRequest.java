package dev.sprocket.core.internal.transport;

import dev.sprocket.core.CloseReason;

/**
 * User event that asks the handlers of a connection to close it.
 *
 * <p>Carries the reason from the lowest handler upwards, until a handler claims the request: it finishes what its
 * protocol has to finish, then closes the connection. If no handler claims it, the connection is closed immediately.
 *
 * <p>Confined to the connection's event loop.
 */
public final class CloseRequest {
    private final CloseReason reason;
    private boolean claimed;

    /** Creates a request with this reason. */
    public CloseRequest(CloseReason reason) {
        this.reason = reason;
    }

    /** Returns the reason. */
    public CloseReason reason() {
        return reason;
    }

    /** Reports whether an event is a request with a reason of this kind. */
    public static boolean is(Object event, CloseReason.Type kind) {
        return event instanceof CloseRequest request && request.reason.type() == kind;
    }

    /** Claims the request: the caller closes the connection. */
    public void claim() {
        claimed = true;
    }

    /** Reports whether a handler closes the connection. */
    public boolean isClaimed() {
        return claimed;
    }
}

package dev.sprocket.wamp.internal.dealer;

import dev.sprocket.wamp.internal.session.WampSession;
import java.util.Map;

/** Session that calls procedures. */
public interface Caller extends WampSession {
    /** Returns the calls of the session that are not answered yet. */
    PendingCalls pendingCalls();

    /** Adds the identity of the session to details; WAMP v1 has none. */
    default void disclose(Map<String, Object> details) {}
}

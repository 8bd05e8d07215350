package dev.sprocket.wamp.internal.dealer;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Unanswered calls of a session.
 *
 * <p>Keys are request ids in WAMP v2. In WAMP v1 they are the calls themselves, since a client may use an id twice.
 */
@ThreadSafe
public final class PendingCalls {
    private final Map<Object, PendingCall> byKey = new ConcurrentHashMap<>(2);

    /** Adds a call until it is done. */
    public void add(Object key, PendingCall call) {
        byKey.put(key, call);
        call.whenDone(() -> byKey.remove(key, call));
    }

    /** Returns a call; null if it is done or unknown. */
    public @Nullable PendingCall find(Object key) {
        return byKey.get(key);
    }

    /** Ends all calls because the caller has disconnected. */
    public void abandon() {
        byKey.values().forEach(PendingCall::abandon);
    }
}

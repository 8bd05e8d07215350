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
    /** Null until the first call. */
    private volatile @Nullable Map<Object, PendingCall> byKey;

    /** Adds a call until it is done. */
    public void add(Object key, PendingCall call) {
        Map<Object, PendingCall> calls = calls();
        calls.put(key, call);
        call.whenDone(() -> calls.remove(key, call));
    }

    private synchronized Map<Object, PendingCall> calls() {
        Map<Object, PendingCall> existing = byKey;
        if (existing == null) {
            existing = new ConcurrentHashMap<>(2);
            byKey = existing;
        }
        return existing;
    }

    /** Returns a call; null if it is done or unknown. */
    public @Nullable PendingCall find(Object key) {
        Map<Object, PendingCall> calls = byKey;
        return calls == null ? null : calls.get(key);
    }

    /** Ends all calls because the caller has disconnected. */
    public void abandon() {
        Map<Object, PendingCall> calls = byKey;
        if (calls != null) {
            calls.values().forEach(PendingCall::abandon);
        }
    }
}

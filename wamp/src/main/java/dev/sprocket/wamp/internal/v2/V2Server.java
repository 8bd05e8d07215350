package dev.sprocket.wamp.internal.v2;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.internal.realm.RealmRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** State shared by all WAMP v2 sessions of a server. */
@ThreadSafe
public record V2Server(RealmRegistry realms, LongAdder violations, AtomicInteger pendingHandshakes) {
    /** Maximum number of concurrent handshakes. */
    public static final int MAX_HANDSHAKES = 10_000;

    public V2Server(RealmRegistry realms, LongAdder violations) {
        this(realms, violations, new AtomicInteger());
    }

    /** Counts a new handshake. Returns false if there are too many. */
    public boolean beginHandshake() {
        if (pendingHandshakes.incrementAndGet() <= MAX_HANDSHAKES) {
            return true;
        }
        pendingHandshakes.decrementAndGet();
        return false;
    }

    /** Counts the end of a handshake. */
    public void endHandshake() {
        pendingHandshakes.decrementAndGet();
    }

    void countViolation() {
        violations.increment();
    }
}

package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the sessions of a server share. */
@ThreadSafe
record V2Server(RealmRegistry realms, LongAdder violations, AtomicInteger pendingHandshakes) {
    /** How many connections may be before their WELCOME at the same time. */
    static final int MAX_HANDSHAKES = 10_000;

    V2Server(RealmRegistry realms, LongAdder violations) {
        this(realms, violations, new AtomicInteger());
    }

    /** A connection begins its handshake. Returns false if there are too many. */
    boolean beginHandshake() {
        if (pendingHandshakes.incrementAndGet() <= MAX_HANDSHAKES) {
            return true;
        }
        pendingHandshakes.decrementAndGet();
        return false;
    }

    /** A handshake has ended, one way or another. */
    void endHandshake() {
        pendingHandshakes.decrementAndGet();
    }

    void countViolation() {
        violations.increment();
    }
}

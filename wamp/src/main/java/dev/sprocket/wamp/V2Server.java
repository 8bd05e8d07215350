package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the sessions of a server share. */
@ThreadSafe
record V2Server(RealmRegistry realms, LongAdder violations, AtomicInteger opening) {
    /** How many connections may be before their WELCOME at the same time. */
    static final int MOST_OPENING = 10_000;

    V2Server(RealmRegistry realms, LongAdder violations) {
        this(realms, violations, new AtomicInteger());
    }

    /** A connection begins its handshake. Returns false if there are too many. */
    boolean opens() {
        if (opening.incrementAndGet() <= MOST_OPENING) {
            return true;
        }
        opening.decrementAndGet();
        return false;
    }

    /** A handshake has ended, one way or another. */
    void opened() {
        opening.decrementAndGet();
    }

    void malformed() {
        violations.increment();
    }
}

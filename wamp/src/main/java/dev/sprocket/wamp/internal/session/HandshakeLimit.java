package dev.sprocket.wamp.internal.session;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicInteger;

/** Limit of concurrent handshakes of a server, over both WAMP versions. */
@ThreadSafe
public final class HandshakeLimit {
    /** Maximum number of concurrent handshakes. */
    public static final int MAX = 10_000;

    private final AtomicInteger pending = new AtomicInteger();

    /** Counts a new handshake. Returns false if there are too many. */
    public boolean begin() {
        if (pending.incrementAndGet() <= MAX) {
            return true;
        }
        pending.decrementAndGet();
        return false;
    }

    /** Counts the end of a handshake. */
    public void end() {
        pending.decrementAndGet();
    }

    /** Returns the number of handshakes that have not ended. */
    public int pending() {
        return pending.get();
    }
}

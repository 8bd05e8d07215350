package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the open connections of all servers that share it.
 *
 * <p>Otherwise idle connections could exhaust the memory. By default all connections together may hold the maximum
 * heap, at 8 KiB for each and 32 KiB for each with TLS. A WebSocket with WAMP uses a third of it on the heap, and about
 * as much outside of it.
 */
@ThreadSafe
final class ConnectionLimit {
    static final int PLAIN_BYTES = 8 << 10;
    static final int TLS_BYTES = 32 << 10;

    private static final ConnectionLimit SHARED = ofMemory(Runtime.getRuntime().maxMemory());

    private final long limit;
    private final int plain;
    private final int tls;
    private final AtomicLong used = new AtomicLong();

    private ConnectionLimit(long limit, int plain, int tls) {
        this.limit = limit;
        this.plain = plain;
        this.tls = tls;
    }

    /** Returns the limit of all event loops without one of their own. */
    static ConnectionLimit shared() {
        return SHARED;
    }

    /** Creates a limit for connections that together use at most this many bytes. */
    static ConnectionLimit ofMemory(long bytes) {
        return new ConnectionLimit(bytes, PLAIN_BYTES, TLS_BYTES);
    }

    /** Creates a limit for a number of connections. */
    static ConnectionLimit of(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("connections: " + connections + " (expected: >= 1)");
        }
        return new ConnectionLimit(connections, 1, 1);
    }

    /** Counts a connection, unless it exceeds the limit. */
    boolean tryOpen(boolean withTls) {
        long cost = withTls ? tls : plain;
        if (used.addAndGet(cost) <= limit) {
            return true;
        }
        used.addAndGet(-cost);
        return false;
    }

    /** Ends the count of a connection. */
    void closed(boolean withTls) {
        used.addAndGet(withTls ? -tls : -plain);
    }

    /** Returns the maximum number of connections of one kind. */
    long connections(boolean withTls) {
        return limit / (withTls ? tls : plain);
    }
}

package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Rejects signatures that were used before.
 *
 * <p>Signatures are stored as long as their time is valid, in two generations, so expiry costs nothing.
 */
@ThreadSafe
final class ReplayGuard {
    private final int capacity;
    private final long span;
    private Set<ByteBuffer> older = new HashSet<>();
    private Set<ByteBuffer> newer = new HashSet<>();
    private long rotatedAt;

    /**
     * Creates an empty guard.
     *
     * @param span minimum time in milliseconds for which signatures are stored
     * @param capacity maximum number of stored signatures; further requests are rejected
     */
    ReplayGuard(long span, int capacity, long now) {
        this.span = span;
        this.capacity = capacity;
        this.rotatedAt = now;
    }

    /** Stores a signature; throws {@link PushRejectedException} if it was used before. */
    synchronized void use(byte[] signature, long now) {
        long age = now - rotatedAt;
        if (age > span) {
            older = age > 2 * span ? new HashSet<>() : newer;
            newer = new HashSet<>();
            rotatedAt = now;
        }
        ByteBuffer used = ByteBuffer.wrap(signature);
        if (older.contains(used) || newer.contains(used)) {
            throw new PushRejectedException(401, "signature was used before (expected: another time for each request)");
        }
        if (older.size() + newer.size() >= capacity) {
            throw new PushRejectedException(
                            503, "more than " + capacity + " signed requests within " + span / 1000 + " seconds")
                    .retryAfter((span - (now - rotatedAt)) / 1000);
        }
        newer.add(used);
    }
}

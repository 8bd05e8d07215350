package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * The signatures that were used, for as long as their time would let them be used again. They are kept in two generations,
 * so that forgetting costs nothing.
 */
@ThreadSafe
final class ReplayGuard {
    private final int most;
    private final long span;
    private Set<ByteBuffer> older = new HashSet<>();
    private Set<ByteBuffer> newer = new HashSet<>();
    private long turned;

    /**
     * Remembers.
     *
     * @param span for how long at least, in milliseconds
     * @param most how many; what is past it is refused, or an old one could be used again
     */
    ReplayGuard(long span, int most, long now) {
        this.span = span;
        this.most = most;
        this.turned = now;
    }

    /** Throws {@link PushRejectedException} if it was used before. */
    synchronized void use(byte[] signature, long now) {
        long age = now - turned;
        if (age > span) {
            older = age > 2 * span ? new HashSet<>() : newer;
            newer = new HashSet<>();
            turned = now;
        }
        ByteBuffer used = ByteBuffer.wrap(signature);
        if (older.contains(used) || newer.contains(used)) {
            throw new PushRejectedException(401, "signature was used before (expected: another time for each request)");
        }
        if (older.size() + newer.size() >= most) {
            throw new PushRejectedException(
                            503, "more than " + most + " signed requests within " + span / 1000 + " seconds")
                    .retryAfter((span - (now - turned)) / 1000);
        }
        newer.add(used);
    }
}

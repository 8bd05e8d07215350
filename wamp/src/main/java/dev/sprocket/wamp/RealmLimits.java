package dev.sprocket.wamp;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.Immutable;
import java.time.Duration;

/**
 * Memory limits of a realm for the data of its clients.
 *
 * <p>Six kinds are counted separately: retained events, unanswered calls (of the caller), unanswered invocations
 * (of the callee), testaments, registrations, and requests that wait for a decision about their access. Each kind is
 * limited in number and in bytes, for one client and for all clients of the realm. A request beyond a limit is refused
 * with {@code wamp.error.unavailable}; accepted data is never dropped to make room.
 */
@Immutable
public final class RealmLimits {
    /** Default limits: 16 MiB per client, 128 MiB per realm, no expiry, 16 patterns. */
    public static final RealmLimits DEFAULT = new RealmLimits(16 << 20, 128 << 20, Duration.ZERO, 16);

    private final long clientBytes;
    private final long realmBytes;
    private final Duration retainedTtl;
    private final int patternsPerTopic;

    private RealmLimits(long clientBytes, long realmBytes, Duration retainedTtl, int patternsPerTopic) {
        this.clientBytes = clientBytes;
        this.realmBytes = realmBytes;
        this.retainedTtl = retainedTtl;
        this.patternsPerTopic = patternsPerTopic;
    }

    /** Returns a copy with another limit in bytes per kind and client. */
    public RealmLimits clientBytes(long max) {
        return new RealmLimits(positive("clientBytes", max), realmBytes, retainedTtl, patternsPerTopic);
    }

    /**
     * Returns a copy with another limit in bytes per kind for all clients.
     *
     * <p>It limits the subscriptions of the realm, too.
     */
    public RealmLimits realmBytes(long max) {
        return new RealmLimits(clientBytes, positive("realmBytes", max), retainedTtl, patternsPerTopic);
    }

    /** Returns a copy with another expiry of retained events; zero for never. */
    public RealmLimits retainedTtl(Duration ttl) {
        if (ttl.isNegative()) {
            throw new IllegalArgumentException("retainedTtl: " + ttl + " (expected: >= PT0S)");
        }
        return new RealmLimits(clientBytes, realmBytes, ttl, patternsPerTopic);
    }

    /** Returns a copy with another maximum of matching patterns per connection and topic. */
    public RealmLimits patternsPerTopic(int max) {
        positive("patternsPerTopic", max);
        return new RealmLimits(clientBytes, realmBytes, retainedTtl, max);
    }

    @CanIgnoreReturnValue
    private static long positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
        return value;
    }

    /** Returns the limit in bytes per kind and client. */
    public long clientBytes() {
        return clientBytes;
    }

    /** Returns the limit in bytes per kind for all clients. */
    public long realmBytes() {
        return realmBytes;
    }

    /** Returns the time after which retained events expire; zero for never. */
    public Duration retainedTtl() {
        return retainedTtl;
    }

    /** Returns the maximum number of patterns of one connection that may match one topic. */
    public int patternsPerTopic() {
        return patternsPerTopic;
    }
}

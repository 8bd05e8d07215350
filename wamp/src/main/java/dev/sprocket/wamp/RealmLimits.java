package dev.sprocket.wamp;

import com.google.errorprone.annotations.Immutable;
import java.time.Duration;

/**
 * Limits of what a realm keeps in memory for its clients.
 *
 * <p>Five kinds are counted, each on its own: retained events, unanswered calls (of the caller), unanswered invocations (of
 * the callee), testaments and registrations. Each kind is limited in number and in bytes, for one client and for all clients
 * of the realm. Whatever would exceed a limit is refused with {@code wamp.error.unavailable}; nothing that was accepted is
 * dropped for it.
 */
@Immutable
public final class RealmLimits {
    /** 16 MiB for each client, 128 MiB for the realm, retained events without expiry, 16 patterns. */
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

    /** Returns a copy with another limit of each kind for one client, in bytes. */
    public RealmLimits clientBytes(long most) {
        return new RealmLimits(positive("clientBytes", most), realmBytes, retainedTtl, patternsPerTopic);
    }

    /** Returns a copy with another limit of each kind for all clients, in bytes. Subscriptions are limited by it, too. */
    public RealmLimits realmBytes(long most) {
        return new RealmLimits(clientBytes, positive("realmBytes", most), retainedTtl, patternsPerTopic);
    }

    /** Returns a copy with another time after which retained events expire; zero for never. */
    public RealmLimits retainedTtl(Duration longest) {
        if (longest.isNegative()) {
            throw new IllegalArgumentException("retainedTtl: " + longest + " (expected: >= PT0S)");
        }
        return new RealmLimits(clientBytes, realmBytes, longest, patternsPerTopic);
    }

    /** Returns a copy with another number of patterns of one connection that may match one topic. */
    public RealmLimits patternsPerTopic(int most) {
        positive("patternsPerTopic", most);
        return new RealmLimits(clientBytes, realmBytes, retainedTtl, most);
    }

    private static long positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
        return value;
    }

    /** Limit of each kind for one client, in bytes. */
    public long clientBytes() {
        return clientBytes;
    }

    /** Limit of each kind for all clients, in bytes. */
    public long realmBytes() {
        return realmBytes;
    }

    /** Time after which retained events expire; zero for never. */
    public Duration retainedTtl() {
        return retainedTtl;
    }

    /** Number of patterns of one connection that may match one topic. */
    public int patternsPerTopic() {
        return patternsPerTopic;
    }
}

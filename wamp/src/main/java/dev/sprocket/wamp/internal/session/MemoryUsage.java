package dev.sprocket.wamp.internal.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.RealmLimits;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Memory usage of a client by kind, also added to the usage of its realm.
 *
 * <p>Two concurrent reservations may both be refused although only one of them exceeds a limit.
 */
@ThreadSafe
public final class MemoryUsage {
    /** Kind of data, with its maximum number per client and per realm. */
    public enum Kind {
        RETAINED("retained events", 10_000, 10_000),
        CALLS("unanswered calls", 10_000, 100_000),
        INVOCATIONS("unanswered invocations", 10_000, 100_000),
        TESTAMENTS("testaments", 100, 10_000),
        /** Requests that wait for a decision about their access. */
        REQUESTS("waiting requests", 1000, 100_000),
        /** Registrations. The number per client is limited by the realm. */
        REGISTRATIONS("registrations", Integer.MAX_VALUE, 100_000);

        final String label;
        final long maxPerClient;
        final long maxPerRealm;

        Kind(String text, long client, long realm) {
            this.label = text;
            this.maxPerClient = client;
            this.maxPerRealm = realm;
        }
    }

    /** Approximate memory of an entry in addition to its payload, in bytes. */
    public static final int OVERHEAD = 256;

    private static final int KINDS = Kind.values().length;

    private final @Nullable MemoryUsage realm;
    /** Number of entries of each kind, then their bytes; null until the first entry. */
    private volatile @Nullable AtomicLongArray usage;

    private MemoryUsage(@Nullable MemoryUsage realm) {
        this.realm = realm;
    }

    public static MemoryUsage forRealm() {
        return new MemoryUsage(null);
    }

    public MemoryUsage forClient() {
        return new MemoryUsage(this);
    }

    /** Reserves memory for an entry. Throws {@link CallException} and reserves nothing beyond a limit. */
    public void reserve(Kind kind, long size, RealmLimits limits) {
        add(kind, 1, size);
        String error = exceeded(kind, limits);
        if (error != null) {
            add(kind, -1, -size);
            throw new CallException("wamp.error.unavailable", error);
        }
    }

    public void release(Kind kind, long size) {
        add(kind, -1, -size);
    }

    /** Counts an entry that was released but stays, whatever the limits. */
    public void restore(Kind kind, long size) {
        add(kind, 1, size);
    }

    /** Checks the replacement of an entry. Throws {@link CallException} if the increase exceeds a limit. */
    public void checkIncrease(Kind kind, long additionalCount, long additionalBytes, RealmLimits limits) {
        add(kind, additionalCount, additionalBytes);
        String error = exceeded(kind, limits);
        add(kind, -additionalCount, -additionalBytes);
        if (error != null && (additionalCount > 0 || additionalBytes > 0)) {
            throw new CallException("wamp.error.unavailable", error);
        }
    }

    private void add(Kind kind, long count, long size) {
        AtomicLongArray sums = usage();
        sums.addAndGet(kind.ordinal(), count);
        sums.addAndGet(KINDS + kind.ordinal(), size);
        if (realm != null) {
            realm.add(kind, count, size);
        }
    }

    public long count(Kind kind) {
        return get(kind.ordinal());
    }

    public long bytes(Kind kind) {
        return get(KINDS + kind.ordinal());
    }

    private long get(int index) {
        AtomicLongArray existing = usage;
        return existing == null ? 0 : existing.get(index);
    }

    private AtomicLongArray usage() {
        AtomicLongArray existing = usage;
        return existing == null ? createUsage() : existing;
    }

    private synchronized AtomicLongArray createUsage() {
        AtomicLongArray existing = usage;
        if (existing == null) {
            existing = new AtomicLongArray(2 * KINDS);
            usage = existing;
        }
        return existing;
    }

    private @Nullable String exceeded(Kind kind, RealmLimits limits) {
        String clientError =
                realm == null ? null : exceeded(kind, "of this client", kind.maxPerClient, limits.clientBytes());
        MemoryUsage all = realm == null ? this : realm;
        return clientError != null
                ? clientError
                : all.exceeded(kind, "in this realm", kind.maxPerRealm, limits.realmBytes());
    }

    private @Nullable String exceeded(Kind kind, String scope, long maxCount, long maxBytes) {
        if (count(kind) > maxCount) {
            return "more than " + maxCount + " " + kind.label + " " + scope;
        }
        return bytes(kind) > maxBytes ? "more than " + maxBytes + " bytes of " + kind.label + " " + scope : null;
    }
}

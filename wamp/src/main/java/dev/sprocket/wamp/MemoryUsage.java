package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * How much a client has in memory of each kind, counted for its realm as well.
 *
 * <p>Two that take at the same time may both be refused when only one of them would exceed a limit.
 */
@ThreadSafe
final class MemoryUsage {
    /** What is counted, and how many there may be for a client and for a realm. */
    enum Kind {
        RETAINED("retained events", 10_000, 10_000),
        CALLS("unanswered calls", 10_000, 100_000),
        INVOCATIONS("unanswered invocations", 10_000, 100_000),
        TESTAMENTS("testaments", 100, 10_000),
        /** The number for a client is the realm's own. */
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

    /** What one costs beside its payload, in bytes, roughly. */
    static final int OVERHEAD = 256;

    private final @Nullable MemoryUsage realm;
    private final AtomicLongArray counts = new AtomicLongArray(Kind.values().length);
    private final AtomicLongArray bytes = new AtomicLongArray(Kind.values().length);

    private MemoryUsage(@Nullable MemoryUsage realm) {
        this.realm = realm;
    }

    static MemoryUsage forRealm() {
        return new MemoryUsage(null);
    }

    MemoryUsage forClient() {
        return new MemoryUsage(this);
    }

    /** Adds one. Throws {@link CallException} and adds nothing if a limit would be exceeded. */
    void reserve(Kind kind, long size, RealmLimits limits) {
        add(kind, 1, size);
        String excess = exceeded(kind, limits);
        if (excess != null) {
            add(kind, -1, -size);
            throw new CallException("wamp.error.unavailable", excess);
        }
    }

    void release(Kind kind, long size) {
        add(kind, -1, -size);
    }

    /** Replaces one by another: only what it is larger can exceed a limit. As {@link #reserve}. */
    void checkIncrease(Kind kind, long moreNumber, long moreBytes, RealmLimits limits) {
        add(kind, moreNumber, moreBytes);
        String excess = exceeded(kind, limits);
        add(kind, -moreNumber, -moreBytes);
        if (excess != null && (moreNumber > 0 || moreBytes > 0)) {
            throw new CallException("wamp.error.unavailable", excess);
        }
    }

    private void add(Kind kind, long number, long size) {
        counts.addAndGet(kind.ordinal(), number);
        bytes.addAndGet(kind.ordinal(), size);
        if (realm != null) {
            realm.add(kind, number, size);
        }
    }

    long count(Kind kind) {
        return counts.get(kind.ordinal());
    }

    long bytes(Kind kind) {
        return bytes.get(kind.ordinal());
    }

    private @Nullable String exceeded(Kind kind, RealmLimits limits) {
        String own = realm == null ? null : exceeded(kind, "of this client", kind.maxPerClient, limits.clientBytes());
        MemoryUsage all = realm == null ? this : realm;
        return own != null ? own : all.exceeded(kind, "in this realm", kind.maxPerRealm, limits.realmBytes());
    }

    private @Nullable String exceeded(Kind kind, String whose, long most, long mostBytes) {
        if (count(kind) > most) {
            return "more than " + most + " " + kind.label + " " + whose;
        }
        return bytes(kind) > mostBytes ? "more than " + mostBytes + " bytes of " + kind.label + " " + whose : null;
    }
}

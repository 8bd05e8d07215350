package dev.sprocket.session.internal.metrics;

import dev.sprocket.core.internal.metrics.Distribution;
import dev.sprocket.core.internal.metrics.Metric;
import dev.sprocket.core.internal.metrics.MetricSource;
import dev.sprocket.core.internal.metrics.PairCounter;
import dev.sprocket.session.spi.SessionStore;
import java.util.List;

/** Counters of session stores. */
public final class SessionMetrics implements MetricSource {
    /** Kind of a store. */
    public enum Store {
        REDIS,
        JDBC,
        MEMCACHED,
        FILES,
        MEMORY,
        COOKIE,
        OTHER;

        /** Returns the kind of a store, by the name of its class. */
        public static Store of(SessionStore store) {
            return switch (store.getClass().getSimpleName()) {
                case "RedisSessionStore" -> REDIS;
                case "JdbcSessionStore" -> JDBC;
                case "MemcachedSessionStore" -> MEMCACHED;
                case "PhpFiles" -> FILES;
                case "MemoryStore" -> MEMORY;
                case "CookieStore" -> COOKIE;
                default -> OTHER;
            };
        }
    }

    /** Result of a read. */
    public enum Result {
        FOUND,
        UNKNOWN,
        /** The store did not answer, or answered with an error. */
        FAILED
    }

    private static final PairCounter<Store, Result> READS = PairCounter.of(
            "sprocket.session.reads", "Sessions read from stores", "store", Store.class, "result", Result.class);

    private static final Distribution READ_TIME = new Distribution(
            "sprocket.session.read.duration",
            "Time of a session store for a read",
            Distribution.millis(1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000));

    /** Returns the time at which a read starts; 0 if nobody wants to know. */
    public static long begin() {
        return READ_TIME.start();
    }

    /** Counts a read. */
    public static void read(Store store, Result result, long started) {
        READS.increment(store, result);
        READ_TIME.end(started);
    }

    /** Returns the number of reads of a kind of store with a result. */
    public static long reads(Store store, Result result) {
        return READS.get(store, result);
    }

    @Override
    public List<Metric> metrics() {
        return List.of(READS.metric());
    }

    @Override
    public List<Distribution> distributions() {
        return List.of(READ_TIME);
    }
}

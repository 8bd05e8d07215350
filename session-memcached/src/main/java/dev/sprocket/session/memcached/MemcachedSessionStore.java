package dev.sprocket.session.memcached;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import com.spotify.folsom.GetResult;
import com.spotify.folsom.MemcacheStatus;
import dev.sprocket.session.internal.client.WatchedClient;
import dev.sprocket.session.internal.store.CompareAndSet;
import dev.sprocket.session.internal.store.SessionIds;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Session store in memcached, in the layout of PHP's session handler.
 *
 * <p>If memcached does not respond, requests fail within the timeout. An update holds PHP's lock and is a
 * compare-and-set. memcached does not return the remaining lifetime of a value, so an update restarts the lifetime
 * that PHP gives a session.
 */
@ThreadSafe
public final class MemcachedSessionStore implements SessionStore.Writable {
    /** Default prefix of ids ({@code memcached.sess_prefix}). */
    public static final String DEFAULT_PREFIX = "memc.sess.key.";

    /** Default timeout of a request: 2 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    /** Default lifetime of a session in PHP ({@code session.gc_maxlifetime}). */
    public static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(1440);

    private static final int MAX_KEY_LENGTH = 250;
    /** Longest relative lifetime; memcached reads a larger number as a time. */
    private static final long MAX_RELATIVE_SECONDS = 30L * 24 * 60 * 60;

    private final WatchedClient<MemcachedConnection> client;
    private final MemcachedLock lock;
    private final String prefix;
    private final Duration lifetime;

    private MemcachedSessionStore(Builder options) {
        this.client = new WatchedClient<>(
                "memcached",
                threads -> new MemcachedConnection(options.host, options.port, options.timeout, threads),
                MemcachedConnection::close);
        this.lock = new MemcachedLock(client);
        this.prefix = options.prefix;
        this.lifetime = options.lifetime;
    }

    /** Returns a builder of a store in a memcached server. */
    public static Builder builder(String host, int port) {
        return new Builder(host, port);
    }

    /**
     * Builder of {@link MemcachedSessionStore}.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {
        private final String host;
        private final int port;
        private String prefix = DEFAULT_PREFIX;
        private Duration lifetime = DEFAULT_LIFETIME;
        private Duration timeout = DEFAULT_TIMEOUT;

        private Builder(String host, int port) {
            this.host = host;
            this.port = port;
        }

        /** Sets the prefix of ids; default: {@value #DEFAULT_PREFIX}. */
        @CanIgnoreReturnValue
        public Builder prefix(String other) {
            this.prefix = other;
            return this;
        }

        /**
         * Sets the lifetime of a session after an update; default: 24 minutes.
         *
         * @throws IllegalArgumentException if it is less than one second
         */
        @CanIgnoreReturnValue
        public Builder lifetime(Duration time) {
            if (time.toSeconds() <= 0) {
                throw new IllegalArgumentException("lifetime: " + time + " (expected: >= 1 s)");
            }
            this.lifetime = time;
            return this;
        }

        /**
         * Sets the time limit of a request; default: 2 seconds.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        @CanIgnoreReturnValue
        public Builder timeout(Duration limit) {
            if (limit.toMillis() <= 0) {
                throw new IllegalArgumentException("timeout: " + limit + " (expected: > 0)");
            }
            this.timeout = limit;
            return this;
        }

        /** Builds the store, which connects; lost connections are reopened. */
        public MemcachedSessionStore build() {
            return new MemcachedSessionStore(this);
        }
    }

    @Override
    public CompletionStage<Optional<byte[]>> load(String id) {
        return find(id).thenApply(found -> found.map(CompareAndSet::stored));
    }

    @Override
    public CompletionStage<Boolean> update(String id, Change change) {
        return isValid(id)
                ? lock.withLock(prefix + "lock." + id, () -> CompareAndSet.update(() -> find(id), change))
                : CompletableFuture.completedStage(false);
    }

    private boolean isValid(String id) {
        return SessionIds.isValid(id) && prefix.length() + "lock.".length() + id.length() <= MAX_KEY_LENGTH;
    }

    private CompletionStage<Optional<CompareAndSet>> find(String id) {
        return isValid(id)
                ? client.get()
                        .execute(memcached -> memcached.casGet(prefix + id))
                        .thenCompose(found -> decode(prefix + id, found))
                : CompletableFuture.completedStage(Optional.empty());
    }

    private CompletionStage<Optional<CompareAndSet>> decode(String key, @Nullable GetResult<byte[]> result) {
        if (result == null) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        try {
            byte[] plain = MemcachedValue.decompress(result.getValue(), result.getFlags());
            return CompletableFuture.completedStage(Optional.of(new StoredValue(key, plain, result.getCas())));
        } catch (SessionFormatException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private int expiry() {
        long seconds = lifetime.toSeconds();
        return (int) (seconds <= MAX_RELATIVE_SECONDS ? seconds : Instant.now().getEpochSecond() + seconds);
    }

    private final class StoredValue implements CompareAndSet {
        private final String key;
        private final byte[] stored;
        private final long version;

        StoredValue(String key, byte[] stored, long version) {
            this.key = key;
            this.stored = stored;
            this.version = version;
        }

        @Override
        public byte[] stored() {
            return stored;
        }

        @Override
        public CompletionStage<Outcome> set(byte[] changed) {
            return client.get()
                    .execute(memcached -> memcached.set(key, changed, expiry(), version, MemcachedValue.PLAIN))
                    .thenCompose(status -> switch (status) {
                        case OK -> CompletableFuture.completedStage(Outcome.SET);
                        case KEY_EXISTS -> CompletableFuture.completedStage(Outcome.CHANGED);
                        case KEY_NOT_FOUND -> CompletableFuture.completedStage(Outcome.GONE);
                        default -> failure(status);
                    });
        }

        private CompletionStage<Outcome> failure(MemcacheStatus status) {
            return CompletableFuture.failedStage(new IOException(client.get() + ": " + status));
        }
    }

    @Override
    public boolean isHealthy() {
        return client.isHealthy();
    }

    MemcachedConnection connection() {
        return client.get();
    }

    /** Closes the connection and stops the thread. */
    @Override
    public void close() {
        client.close();
    }
}

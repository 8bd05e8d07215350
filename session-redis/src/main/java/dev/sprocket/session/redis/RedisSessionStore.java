package dev.sprocket.session.redis;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.internal.client.ClientThreads;
import dev.sprocket.session.internal.client.WatchedClient;
import dev.sprocket.session.internal.store.CompareAndSet;
import dev.sprocket.session.internal.store.SessionIds;
import dev.sprocket.session.spi.SessionStore;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Session store in Redis, with one connection.
 *
 * <p>Redis need not be available when the store is created, and the store reconnects after an outage. Until then,
 * requests fail within the timeout.
 *
 * <p>An update is a compare-and-set. It does not take PHP's lock ({@code redis.session.locking_enabled}, off by
 * default), so a PHP request that has the session open may overwrite the update, like any other request.
 *
 * <p>Redis sends notifications of ended sessions if its {@code notify-keyspace-events} contains {@code Egx}.
 */
@ThreadSafe
public final class RedisSessionStore implements SessionStore.Writable, SessionStore.Watchable {
    /** Default timeout of a request: 2 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    private final RedisLayout layout;
    private final WatchedClient<RedisConnection> client;
    private final RedisWatcher watcher;

    private RedisSessionStore(Builder options) {
        this.layout = options.layout();
        this.watcher = new RedisWatcher(layout);
        this.client = new WatchedClient<>(
                "redis", threads -> open(options.uri, options.timeout, threads), RedisConnection::close);
    }

    /**
     * Returns a builder of a store of php-redis: a string at {@code PHPREDIS_SESSION:<id>}.
     *
     * @param uri {@code redis://password@host:6379/0}, {@code rediss://…} for TLS, {@code redis-socket:///path} or
     *     {@code redis-sentinel://…}
     * @throws IllegalArgumentException if the URI is invalid
     */
    public static Builder php(String uri) {
        return new Builder(uri, "PHPREDIS_SESSION:", RedisString::new);
    }

    /**
     * Returns a builder of a store of connect-redis for Express: JSON at {@code sess:<id>}.
     *
     * @param uri URI of Redis, as in {@link #php}
     * @throws IllegalArgumentException if the URI is invalid
     */
    public static Builder express(String uri) {
        return new Builder(uri, "sess:", RedisString::new);
    }

    /**
     * Returns a builder of a store of Spring Session: a hash at {@code spring:session:sessions:<id>}.
     *
     * @param uri URI of Redis, as in {@link #php}
     * @throws IllegalArgumentException if the URI is invalid
     */
    public static Builder spring(String uri) {
        return new Builder(uri, "spring:session", RedisHash::new);
    }

    /**
     * Builder of {@link RedisSessionStore}.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {
        private final RedisURI uri;
        private final Function<String, RedisLayout> layout;
        private String prefix;
        private Duration timeout = DEFAULT_TIMEOUT;

        private Builder(String uri, String prefix, Function<String, RedisLayout> layout) {
            this.uri = parse(uri);
            this.prefix = prefix;
            this.layout = layout;
        }

        /** Sets the prefix of the keys; for Spring Session the namespace, {@code spring:session} by default. */
        @CanIgnoreReturnValue
        public Builder prefix(String other) {
            this.prefix = other;
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

        private RedisLayout layout() {
            return layout.apply(prefix);
        }

        /** Builds the store, which starts connecting. */
        public RedisSessionStore build() {
            return new RedisSessionStore(this);
        }
    }

    private RedisConnection open(RedisURI uri, Duration timeout, ClientThreads threads) {
        RedisConnection connection = new RedisConnection(uri, timeout, threads);
        watcher.follow(connection);
        return connection;
    }

    private static RedisURI parse(String uri) {
        try {
            return RedisURI.create(uri);
        } catch (IllegalArgumentException e) {
            // without cause and message: both contain the URI with the password
            throw new IllegalArgumentException(
                    "invalid uri (expected: redis://password@host:port/database, with %XX for special characters"
                            + " in the password)");
        }
    }

    @Override
    public CompletionStage<Optional<byte[]>> load(String id) {
        return find(id).thenApply(found -> found.map(CompareAndSet::stored));
    }

    private CompletionStage<Optional<CompareAndSet>> find(String id) {
        return SessionIds.isValid(id)
                ? client.get().execute(redis -> layout.load(redis, id))
                : CompletableFuture.completedStage(Optional.empty());
    }

    @Override
    public CompletionStage<Boolean> update(String id, Change change) {
        return client.get().nameServer(CompareAndSet.update(() -> find(id), change));
    }

    @Override
    public Watch watch(Consumer<String> onEnd) {
        return watcher.watch(onEnd);
    }

    @Override
    public boolean isHealthy() {
        return client.isHealthy();
    }

    RedisConnection connection() {
        return client.get();
    }

    /** Closes the connections and stops the threads. */
    @Override
    public void close() {
        watcher.close();
        client.close();
    }
}

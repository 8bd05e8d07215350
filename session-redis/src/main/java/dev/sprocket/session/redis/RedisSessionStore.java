package dev.sprocket.session.redis;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.internal.client.ClientThreads;
import dev.sprocket.session.internal.client.WatchedClient;
import dev.sprocket.session.internal.store.CompareAndSet;
import dev.sprocket.session.internal.store.SessionIds;
import dev.sprocket.session.spi.WatchableStore;
import dev.sprocket.session.spi.WritableStore;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

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
public final class RedisSessionStore implements WritableStore, WatchableStore {
    /** Default timeout of a request: 2 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    private final RedisLayout layout;
    private final WatchedClient<RedisConnection> client;
    private final RedisWatcher watcher;

    /**
     * Creates a store and starts connecting.
     *
     * @param uri {@code redis://password@host:6379/0}, {@code rediss://…} for TLS, {@code redis-socket:///path} or
     *     {@code redis-sentinel://…}
     */
    public RedisSessionStore(String uri, RedisLayout layout) {
        this(uri, layout, DEFAULT_TIMEOUT);
    }

    /**
     * Creates a store with a timeout and starts connecting.
     *
     * @throws IllegalArgumentException if the timeout is not positive or the URI is invalid
     */
    public RedisSessionStore(String uri, RedisLayout layout, Duration timeout) {
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
        this.layout = layout;
        RedisURI parsed = parse(uri);
        this.watcher = new RedisWatcher(layout);
        this.client = new WatchedClient<>("redis", threads -> open(parsed, timeout, threads), RedisConnection::close);
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

package dev.sprocket.session.redis;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.ClientThreads;
import dev.sprocket.session.spi.CompareAndSet;
import dev.sprocket.session.spi.SessionIds;
import dev.sprocket.session.spi.WatchableStore;
import dev.sprocket.session.spi.WatchedClient;
import dev.sprocket.session.spi.WritableStore;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Sessions in Redis, by one connection. Redis need not be there yet when the store is made, and is found again when it was
 * away; meanwhile a session that is asked for is a failure, within the time limit.
 *
 * <p>An update compares and sets. It takes no lock of PHP's ({@code redis.session.locking_enabled}, which is off unless a
 * site turns it on), so a page that has the session open may overwrite it, as another page may.
 *
 * <p>Redis tells by itself of sessions that end if its {@code notify-keyspace-events} has {@code Egx}.
 */
@ThreadSafe
public final class RedisSessionStore implements WritableStore, WatchableStore {
    /** How long Redis may take unless told otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    private final RedisLayout layout;
    private final WatchedClient<RedisConnection> client;
    private final RedisWatcher watcher;

    /**
     * Begins to connect.
     *
     * @param uri {@code redis://password@host:6379/0}, {@code rediss://…} for TLS, {@code redis-socket:///path} or {@code
     *     redis-sentinel://…}
     */
    public RedisSessionStore(String uri, RedisLayout layout) {
        this(uri, layout, DEFAULT_TIMEOUT);
    }

    /** As above; throws {@link IllegalArgumentException} unless the time is longer than nothing. */
    public RedisSessionStore(String uri, RedisLayout layout, Duration timeout) {
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
        this.layout = layout;
        RedisURI where = parse(uri);
        this.watcher = new RedisWatcher(layout);
        this.client = new WatchedClient<>("redis", threads -> open(where, timeout, threads), RedisConnection::close);
    }

    private RedisConnection open(RedisURI uri, Duration timeout, ClientThreads threads) {
        RedisConnection link = new RedisConnection(uri, timeout, threads);
        watcher.follow(link);
        return link;
    }

    private static RedisURI parse(String uri) {
        try {
            return RedisURI.create(uri);
        } catch (IllegalArgumentException e) {
            // neither its message nor it: they show all of the uri, and the password with it
            throw new IllegalArgumentException(
                    "uri (expected: redis://password@host:port/database, and %XX for what is neither letter nor digit"
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
    public Watch watch(Consumer<String> ended) {
        return watcher.watch(ended);
    }

    @Override
    public boolean isHealthy() {
        return client.isHealthy();
    }

    RedisConnection connection() {
        return client.get();
    }

    /** Ends its connections and threads. */
    @Override
    public void close() {
        watcher.close();
        client.close();
    }
}

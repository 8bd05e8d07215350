package dev.sprocket.session.redis;

import dev.sprocket.session.internal.client.ClientThreads;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connection to Redis that is opened on demand and reopened when lost.
 *
 * <p>Connects at construction; after a failure, each command tries again.
 */
final class RedisConnection {
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private static final Duration MAX_RECONNECT_DELAY = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);

    private final RedisURI uri;
    private final Duration timeout;
    private final ClientResources resources;
    private final Timer timer;
    private final RedisClient client;
    private @Nullable CompletableFuture<StatefulRedisConnection<String, byte[]>> connection;
    /** Completed while no connection is being opened. */
    private CompletableFuture<?> pending = CompletableFuture.completedFuture(null);

    private boolean closed;

    RedisConnection(RedisURI uri, Duration timeout, ClientThreads threads) {
        this.uri = uri;
        this.timeout = timeout;
        uri.setTimeout(timeout);
        this.timer = new HashedWheelTimer(threads.factory("sprocket-session-redis-timer"));
        this.resources = DefaultClientResources.builder()
                .threadFactoryProvider(pool -> threads.factory("sprocket-session-redis-" + pool))
                .timer(timer)
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(Delay.exponential(Duration.ofMillis(10), MAX_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS))
                .build();
        this.client = RedisClient.create(resources, uri);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(timeout)
                        .keepAlive(true)
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(timeout))
                .build());
        // early, so that no event loop waits for the classes of the client to load
        connection().whenComplete((open, failure) -> {
            if (failure != null) {
                LOG.warn(
                        "Redis not reachable, requests that need a session get 503: server={} cause=\"{}\""
                                + " (start Redis or fix the uri)",
                        this,
                        rootCause(failure).getMessage());
            }
        });
    }

    int database() {
        return uri.getDatabase();
    }

    /** Executes a command; fails within the timeout, with the server in the message. */
    <T> CompletionStage<T> execute(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
        return nameServer(connection()
                .thenCompose(open -> command.apply(open.async()))
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS));
    }

    <T> CompletionStage<T> nameServer(CompletionStage<T> result) {
        return result.exceptionallyCompose(e -> CompletableFuture.failedStage(nameServer(e)));
    }

    private synchronized CompletableFuture<StatefulRedisConnection<String, byte[]>> connection() {
        // a failed attempt is repeated by the next request
        if (connection == null || connection.isCompletedExceptionally()) {
            connection = connect(() -> client.connectAsync(CODEC, uri));
        }
        return connection;
    }

    CompletionStage<StatefulRedisPubSubConnection<String, String>> connectEvents() {
        return connect(() -> client.connectPubSubAsync(StringCodec.UTF8, uri));
    }

    /** Starts a connection attempt and tracks it; rejected after close. */
    private synchronized <T> CompletableFuture<T> connect(Supplier<CompletionStage<T>> attempt) {
        if (closed) {
            return CompletableFuture.failedFuture(new IOException(this + ": closed"));
        }
        CompletableFuture<T> attempted;
        try {
            attempted = attempt.get().toCompletableFuture();
        } catch (RuntimeException e) { // a thread of the client has ended
            return CompletableFuture.failedFuture(e);
        }
        pending = CompletableFuture.allOf(pending, attempted.handle((open, failure) -> null));
        return attempted;
    }

    void schedule(Runnable task) {
        resources.eventExecutorGroup().schedule(task, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Throwable nameServer(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException) {
            return new IOException(this + ": no response within " + timeout.toMillis() + " ms", cause);
        }
        return cause instanceof io.lettuce.core.RedisException
                ? new IOException(this + ": " + rootCause(cause).getMessage(), cause)
                : cause;
    }

    static Throwable rootCause(Throwable failure) {
        Throwable inner = failure;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    void close() {
        CompletableFuture<?> attempts;
        synchronized (this) {
            closed = true;
            attempts = pending;
        }
        // a connection that is opened while its client shuts down would leak its buffers
        withTimeout(attempts).whenComplete((done, failed) -> shutdown());
    }

    private void shutdown() {
        CompletableFuture<?> ended;
        try {
            ended = client.shutdownAsync(0, timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) { // one of its threads has ended
            ended = CompletableFuture.failedFuture(e);
        }
        withTimeout(ended).whenComplete((done, failed) -> {
            resources.shutdown(0, timeout.toMillis(), TimeUnit.MILLISECONDS);
            timer.stop();
        });
    }

    /** Limits the time of a shutdown, which never completes after a thread has ended. */
    private CompletableFuture<?> withTimeout(CompletableFuture<?> shutdown) {
        return shutdown.copy().orTimeout(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    ClientResources resources() {
        return resources;
    }

    /** Returns the address of the server, without the password. */
    @Override
    public String toString() {
        String where = uri.getSocket() != null ? uri.getSocket() : uri.getHost() + ":" + uri.getPort();
        return "Redis at " + (uri.getSentinels().isEmpty() ? where : uri.getSentinelMasterId());
    }
}

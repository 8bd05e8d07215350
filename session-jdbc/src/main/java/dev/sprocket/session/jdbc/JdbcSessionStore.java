package dev.sprocket.session.jdbc;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import com.zaxxer.hikari.HikariDataSource;
import dev.sprocket.session.internal.client.WatchedClient;
import dev.sprocket.session.internal.store.SessionIds;
import dev.sprocket.session.spi.SessionStore;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Session store in a relational database.
 *
 * <p>JDBC blocks, so requests run on a few dedicated threads with a bounded queue. A request without a response
 * within the timeout fails. An update locks the row of the session, as the site does.
 */
@ThreadSafe
public final class JdbcSessionStore implements SessionStore.Writable {
    /** Default timeout of a request: 5 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /** Default number of concurrent connections: 4. */
    public static final int DEFAULT_CONNECTIONS = 4;

    private static final int MAX_QUEUED = 1000;
    private static final AtomicInteger THREAD_NUMBER = new AtomicInteger();

    /** Work that uses a connection. */
    @FunctionalInterface
    private interface Work<T> {
        T run(Connection connection) throws Exception;
    }

    private final DataSource database;
    private final @Nullable WatchedClient<HikariDataSource> pool;
    private final JdbcSchema schema;
    private final Duration timeout;
    private final ThreadPoolExecutor threads;

    private JdbcSessionStore(Builder options) {
        this.schema = options.schema;
        this.timeout = options.timeout;
        this.pool = options.pooled ? JdbcPool.open(options.database, options.connections, options.timeout) : null;
        this.database = options.database;
        this.threads = new ThreadPoolExecutor(
                options.connections,
                options.connections,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_QUEUED),
                task -> {
                    Thread thread = new Thread(task, "sprocket-session-jdbc-" + THREAD_NUMBER.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Returns a builder of a store that uses a data source.
     *
     * <p>Closing the store does not close the data source.
     */
    public static Builder builder(DataSource database, JdbcSchema schema) {
        return new Builder(database, schema);
    }

    /**
     * Builder of {@link JdbcSessionStore}.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {
        private final DataSource database;
        private final JdbcSchema schema;
        private int connections = DEFAULT_CONNECTIONS;
        private Duration timeout = DEFAULT_TIMEOUT;
        private boolean pooled;

        private Builder(DataSource database, JdbcSchema schema) {
            this.database = database;
            this.schema = schema;
        }

        /**
         * Sets the maximum number of concurrent connections; default: {@value #DEFAULT_CONNECTIONS}.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        @CanIgnoreReturnValue
        public Builder connections(int max) {
            if (max < 1) {
                throw new IllegalArgumentException("connections: " + max + " (expected: >= 1)");
            }
            this.connections = max;
            return this;
        }

        /**
         * Sets the time limit of a request; default: 5 seconds.
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

        /**
         * Keeps connections in a pool of the store, for a data source without one.
         *
         * <p>A pool that has ended is opened again.
         */
        @CanIgnoreReturnValue
        public Builder pooled() {
            this.pooled = true;
            return this;
        }

        /** Builds the store; the database need not be available yet. */
        public JdbcSessionStore build() {
            return new JdbcSessionStore(this);
        }
    }

    @Override
    public CompletionStage<Optional<byte[]>> load(String id) {
        if (!SessionIds.isValid(id)) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        return submit(() -> withConnection(connection -> schema.load(connection, id)));
    }

    @Override
    public CompletionStage<Boolean> update(String id, Change change) {
        if (!SessionIds.isValid(id)) {
            return CompletableFuture.completedStage(false);
        }
        return submit(() -> withConnection(connection -> {
            connection.setAutoCommit(false);
            boolean updated = schema.update(connection, id, change);
            connection.commit();
            return updated;
        }));
    }

    private <T> T withConnection(Work<T> work) throws Exception {
        try (Connection connection = (pool == null ? database : pool.get()).getConnection()) {
            boolean automatic = connection.getAutoCommit();
            int previousTimeout = limitNetworkTimeout(connection);
            try {
                return work.run(connection);
            } finally {
                try {
                    // an uncommitted transaction has failed or was read-only
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                        connection.setAutoCommit(automatic);
                    }
                } finally {
                    if (previousTimeout >= 0) {
                        setNetworkTimeout(connection, previousTimeout);
                    }
                }
            }
        }
    }

    /**
     * Limits the network timeout of a connection to the timeout of the store.
     *
     * <p>By default, drivers wait indefinitely for a host that is lost during a response, and block the thread.
     *
     * @return the previous timeout in milliseconds, or −1 if it was left unchanged
     */
    private int limitNetworkTimeout(Connection connection) {
        int limit = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
        try {
            int before = connection.getNetworkTimeout();
            return (before == 0 || before > limit) && setNetworkTimeout(connection, limit) ? before : -1;
        } catch (SQLException | LinkageError e) {
            return -1; // an old driver, or a lost connection, which the next statement reports
        }
    }

    @CanIgnoreReturnValue
    private static boolean setNetworkTimeout(Connection connection, int millis) {
        try {
            connection.setNetworkTimeout(Runnable::run, millis);
            return true;
        } catch (SQLException | LinkageError e) {
            return false;
        }
    }

    private <T> CompletionStage<T> submit(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                if (!result.isDone()) { // skips requests that have timed out
                    run(work, result);
                }
            });
        } catch (OutOfMemoryError e) { // no thread can be started at the moment
            result.completeExceptionally(new IOException("database: cannot start a thread: " + e.getMessage(), e));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(
                    new IOException("database: queue full, " + MAX_QUEUED + " requests waiting", e));
        }
        return result.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(e -> CompletableFuture.failedStage(
                        e instanceof TimeoutException
                                ? new IOException("database: no response within " + timeout.toMillis() + " ms", e)
                                : e));
    }

    private static <T> void run(Callable<T> work, CompletableFuture<T> result) {
        try {
            result.complete(work.call());
        } catch (SQLException e) {
            result.completeExceptionally(new IOException("database: " + e.getMessage(), e));
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    @Override
    public boolean isHealthy() {
        return pool == null || pool.isHealthy();
    }

    @Nullable
    WatchedClient<HikariDataSource> pool() {
        return pool;
    }

    /** Stops the threads and closes the connections that the store has opened. */
    @Override
    public void close() {
        threads.shutdownNow();
        if (pool != null) {
            pool.close();
        }
    }
}

package dev.sprocket.session.jdbc;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.internal.store.SessionIds;
import dev.sprocket.session.spi.WritableStore;
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
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Session store in a relational database.
 *
 * <p>JDBC blocks, so requests run on a few dedicated threads with a bounded queue. A request without a response
 * within the timeout fails. An update locks the row of the session, as the site does.
 */
@ThreadSafe
public final class JdbcSessionStore implements WritableStore {
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

    private final Supplier<? extends DataSource> database;
    private final BooleanSupplier health;
    private final JdbcSchema schema;
    private final Duration timeout;
    private final ThreadPoolExecutor threads;
    private final Runnable closer;

    /**
     * Creates a store that uses the application's data source.
     *
     * <p>Closing the store does not close the data source.
     */
    public JdbcSessionStore(DataSource database, JdbcSchema schema) {
        this(database, schema, DEFAULT_CONNECTIONS, DEFAULT_TIMEOUT);
    }

    /**
     * Creates a store with a number of concurrent connections and a timeout.
     *
     * <p>Closing the store does not close the data source.
     *
     * @throws IllegalArgumentException if the timeout is not positive
     */
    public JdbcSessionStore(DataSource database, JdbcSchema schema, int connections, Duration timeout) {
        this(() -> database, schema, connections, timeout, () -> true, () -> {});
    }

    JdbcSessionStore(
            Supplier<? extends DataSource> database,
            JdbcSchema schema,
            int connections,
            Duration timeout,
            BooleanSupplier health,
            Runnable closer) {
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
        this.database = database;
        this.schema = schema;
        this.timeout = timeout;
        this.health = health;
        this.closer = closer;
        this.threads = new ThreadPoolExecutor(
                connections, connections, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_QUEUED), task -> {
                    Thread thread = new Thread(task, "sprocket-session-jdbc-" + THREAD_NUMBER.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
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
        try (Connection connection = database.get().getConnection()) {
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
        return health.getAsBoolean();
    }

    /** Stops the threads and closes the connections that the store has opened. */
    @Override
    public void close() {
        threads.shutdownNow();
        closer.run();
    }
}

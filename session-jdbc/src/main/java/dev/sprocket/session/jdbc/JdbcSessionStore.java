package dev.sprocket.session.jdbc;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.SessionIds;
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
 * Sessions in a database. JDBC blocks, so a few threads of its own do the work, and a bounded number of requests may wait for
 * them; one that is not answered in time fails. An update locks the session's row, as the site does.
 */
@ThreadSafe
public final class JdbcSessionStore implements WritableStore {
    /** How long the database may take unless told otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /** How many connections it uses at a time unless told otherwise. */
    public static final int DEFAULT_CONNECTIONS = 4;

    private static final int MAX_QUEUED = 1000;
    private static final AtomicInteger THREAD_NUMBER = new AtomicInteger();

    /** Something to do with a connection. */
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

    /** With connections of the application; it is not closed with the store. */
    public JdbcSessionStore(DataSource database, JdbcSchema layout) {
        this(database, layout, DEFAULT_CONNECTIONS, DEFAULT_TIMEOUT);
    }

    /** As above, using so many connections at a time. */
    public JdbcSessionStore(DataSource database, JdbcSchema layout, int connections, Duration timeout) {
        this(() -> database, layout, connections, timeout, () -> true, () -> {});
    }

    JdbcSessionStore(
            Supplier<? extends DataSource> database,
            JdbcSchema layout,
            int connections,
            Duration timeout,
            BooleanSupplier health,
            Runnable closing) {
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
        this.database = database;
        this.schema = layout;
        this.timeout = timeout;
        this.health = health;
        this.closer = closing;
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
            int patience = limitNetworkTimeout(connection);
            try {
                return work.run(connection);
            } finally {
                try {
                    // what is not committed by now has failed, or only read
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                        connection.setAutoCommit(automatic);
                    }
                } finally {
                    if (patience >= 0) {
                        setNetworkTimeout(connection, patience);
                    }
                }
            }
        }
    }

    /**
     * Drivers wait for ever for a host that is gone in the middle of an answer, and the thread with them, unless they are told
     * how long. Returns what they were told before, or less than nothing if that stays.
     */
    private int limitNetworkTimeout(Connection connection) {
        int most = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
        try {
            int before = connection.getNetworkTimeout();
            return (before == 0 || before > most) && setNetworkTimeout(connection, most) ? before : -1;
        } catch (SQLException | LinkageError e) {
            return -1; // an old driver, or a lost connection, of which the next statement tells
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
                if (!result.isDone()) { // whom nobody waits for any more
                    run(work, result);
                }
            });
        } catch (OutOfMemoryError e) { // no thread can be started at the moment
            result.completeExceptionally(new IOException("the database: no thread: " + e.getMessage(), e));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(
                    new IOException("the database: " + MAX_QUEUED + " requests wait for it already", e));
        }
        return result.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(e -> CompletableFuture.failedStage(
                        e instanceof TimeoutException
                                ? new IOException("the database: no answer within " + timeout.toMillis() + " ms", e)
                                : e));
    }

    private static <T> void run(Callable<T> work, CompletableFuture<T> result) {
        try {
            result.complete(work.call());
        } catch (SQLException e) {
            result.completeExceptionally(new IOException("the database: " + e.getMessage(), e));
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    @Override
    public boolean isHealthy() {
        return health.getAsBoolean();
    }

    /** Ends its threads, and its connections if they are its own. */
    @Override
    public void close() {
        threads.shutdownNow();
        closer.run();
    }
}

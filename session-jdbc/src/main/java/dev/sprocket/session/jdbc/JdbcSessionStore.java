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
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** How many connections it uses at a time unless told otherwise. */
    public static final int CONNECTIONS = 4;

    private static final int WAITING = 1000;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Something to do with a connection. */
    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection) throws Exception;
    }

    private final Supplier<? extends DataSource> database;
    private final BooleanSupplier health;
    private final JdbcSchema layout;
    private final Duration timeout;
    private final ThreadPoolExecutor threads;
    private final Runnable closing;

    /** With connections of the application; it is not closed with the store. */
    public JdbcSessionStore(DataSource database, JdbcSchema layout) {
        this(database, layout, CONNECTIONS, TIMEOUT);
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
        this.layout = layout;
        this.timeout = timeout;
        this.health = health;
        this.closing = closing;
        this.threads = new ThreadPoolExecutor(
                connections, connections, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "sprocket-session-jdbc-" + NUMBER.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletionStage<Optional<byte[]>> load(String id) {
        if (!SessionIds.isPlain(id)) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        return done(() -> with(connection -> layout.load(connection, id)));
    }

    @Override
    public CompletionStage<Boolean> update(String id, Change change) {
        if (!SessionIds.isPlain(id)) {
            return CompletableFuture.completedStage(false);
        }
        return done(() -> with(connection -> {
            connection.setAutoCommit(false);
            boolean updated = layout.update(connection, id, change);
            connection.commit();
            return updated;
        }));
    }

    private <T> T with(Work<T> work) throws Exception {
        try (Connection connection = database.get().getConnection()) {
            boolean automatic = connection.getAutoCommit();
            int patience = limit(connection);
            try {
                return work.with(connection);
            } finally {
                try {
                    // what is not committed by now has failed, or only read
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                        connection.setAutoCommit(automatic);
                    }
                } finally {
                    if (patience >= 0) {
                        patience(connection, patience);
                    }
                }
            }
        }
    }

    /**
     * Drivers wait for ever for a host that is gone in the middle of an answer, and the thread with them, unless they are told
     * how long. Returns what they were told before, or less than nothing if that stays.
     */
    private int limit(Connection connection) {
        int most = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
        try {
            int before = connection.getNetworkTimeout();
            return (before == 0 || before > most) && patience(connection, most) ? before : -1;
        } catch (SQLException | LinkageError e) {
            return -1; // an old driver, or a lost connection, of which the next statement tells
        }
    }

    private static boolean patience(Connection connection, int millis) {
        try {
            connection.setNetworkTimeout(Runnable::run, millis);
            return true;
        } catch (SQLException | LinkageError e) {
            return false;
        }
    }

    private <T> CompletionStage<T> done(Callable<T> work) {
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
                    new IOException("the database: " + WAITING + " requests wait for it already", e));
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
        closing.run();
    }
}

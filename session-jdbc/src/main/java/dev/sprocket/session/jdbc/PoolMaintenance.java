package dev.sprocket.session.jdbc;

import dev.sprocket.session.internal.client.ClientThreads;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Executor of a pool's periodic tasks that reports when they end.
 *
 * <p>An executor replaces a failed thread, but does not repeat a periodic task that throws an {@link Error}: from
 * then on connections are neither retired nor kept in reserve.
 */
final class PoolMaintenance extends ScheduledThreadPoolExecutor {
    private final ClientThreads threads;

    PoolMaintenance(ClientThreads threads) {
        super(1, task -> {
            Thread thread = new Thread(task, "sprocket-sessions-housekeeper");
            thread.setDaemon(true);
            return thread;
        });
        this.threads = threads;
        setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        setRemoveOnCancelPolicy(true);
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable failure) {
        super.afterExecute(task, failure);
        if (task instanceof RunnableScheduledFuture<?> future && future.isPeriodic() && future.isDone()) {
            threads.fail("periodic task of the connection pool ended");
        }
    }

    @Override
    protected void terminated() {
        super.terminated();
        threads.fail("executor of the connection pool was shut down");
    }
}

package dev.sprocket.session.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sprocket.session.internal.client.ClientThreads;
import dev.sprocket.session.internal.client.WatchedClient;
import java.time.Duration;
import javax.sql.DataSource;

/** Connection pool of a session store. */
final class JdbcPool {
    private static final long MIN_TIMEOUT_MILLIS = 250;

    private JdbcPool() {}

    /** Opens a pool that connects with the first request. */
    static WatchedClient<HikariDataSource> open(DataSource source, int size, Duration timeout) {
        return new WatchedClient<>("jdbc", threads -> open(source, size, timeout, threads), JdbcPool::close);
    }

    private static HikariDataSource open(DataSource source, int size, Duration timeout, ClientThreads threads) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setPoolName("sprocket-sessions");
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(Math.max(MIN_TIMEOUT_MILLIS, timeout.toMillis()));
        config.setInitializationFailTimeout(-1); // the database may be unavailable at startup
        config.setScheduledExecutor(new PoolMaintenance(threads));
        return new HikariDataSource(config) {
            @Override
            public void close() {
                super.close();
                threads.fail("connection pool was closed");
            }
        };
    }

    private static void close(HikariDataSource pool) {
        pool.close();
        pool.getScheduledExecutor().shutdownNow();
    }
}

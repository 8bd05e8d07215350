package dev.sprocket.session.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.session.internal.client.WatchedClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Recovery after the connection pool ends, and during an outage of the database. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class JdbcRecoveryTest {
    enum Fault {
        POOL_CLOSED(HikariDataSource::close),
        HOUSEKEEPER_SHUT_DOWN(pool -> pool.getScheduledExecutor().shutdownNow()),
        PERIODIC_TASK_FAILED(pool -> pool.getScheduledExecutor()
                .scheduleWithFixedDelay(
                        () -> {
                            throw new OutOfMemoryError("of a test");
                        },
                        0,
                        1,
                        MILLISECONDS));

        private final Consumer<HikariDataSource> make;

        Fault(Consumer<HikariDataSource> make) {
            this.make = make;
        }
    }

    private static JdbcSessionStore store(DataSource database, Duration timeout) {
        return JdbcSessionStore.builder(database, JdbcSchema.symfony())
                .connections(2)
                .timeout(timeout)
                .pooled()
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void store_recovers_after_pool_ends(Fault fault) throws Exception {
        long later = Instant.now().getEpochSecond() + 1000;
        JdbcSessionStoreTest.sql(
                JdbcSessionStoreTest.h2("recovery" + fault),
                "CREATE TABLE sessions (sess_id VARCHAR(128) NOT NULL PRIMARY KEY, sess_data BLOB NOT NULL,"
                        + " sess_lifetime BIGINT NOT NULL, sess_time BIGINT NOT NULL)",
                "INSERT INTO sessions VALUES ('abc', X'78', " + later + ", 0)");
        Duration timeout = Duration.ofSeconds(60);
        WatchedClient<HikariDataSource> pool;
        try (JdbcSessionStore store = store(JdbcSessionStoreTest.h2("recovery" + fault), timeout)) {
            pool = requireNonNull(store.pool());
            assertThat(store.load("abc").toCompletableFuture().join()).contains("x".getBytes(UTF_8));
            HikariDataSource broken = pool.get();

            fault.make.accept(broken);

            while (pool.get() == broken || !store.isHealthy()) {
                SpinWait.once();
            }
            assertThat(broken.isClosed()).isTrue();
            assertThat(store.load("abc").toCompletableFuture().join()).contains("x".getBytes(UTF_8));
        }
        assertThat(pool.get().isClosed()).isTrue();
    }

    @Test
    void unreachable_database_does_not_affect_health() {
        Duration timeout = Duration.ofMillis(250);
        JdbcDataSource absent = new JdbcDataSource();
        absent.setURL("jdbc:h2:mem:absent;IFEXISTS=TRUE");
        try (JdbcSessionStore store = store(absent, timeout)) {
            WatchedClient<HikariDataSource> pool = requireNonNull(store.pool());
            HikariDataSource before = pool.get();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> store.load("abc").toCompletableFuture().join())
                    .withCauseInstanceOf(IOException.class);
            assertThat(store.isHealthy()).isTrue();
            assertThat(pool.get()).isSameAs(before);
        }
    }
}

package dev.sprocket.session.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class JdbcSessionStoreTest {
    private static final long LATER = Instant.now().getEpochSecond() + 1000;

    static DataSource h2(String name) {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
        return database;
    }

    static void sql(DataSource database, String... statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static String text(DataSource database, String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Long timeout, so that a busy machine does not fail the tests. */
    static JdbcSessionStore store(DataSource database, JdbcSchema layout) {
        return JdbcSessionStore.builder(database, layout)
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    @CanIgnoreReturnValue
    static <T> T now(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, SECONDS);
    }

    private static Throwable failure(CompletionStage<?> stage) throws Exception {
        try {
            now(stage);
        } catch (ExecutionException e) {
            return e.getCause();
        }
        throw new AssertionError("did not fail");
    }

    private static byte[] plus(byte[] stored, String more) {
        return (new String(stored, UTF_8) + more).getBytes(UTF_8);
    }

    /** Contract for each database. */
    abstract static class Contract {
        abstract DataSource database();

        abstract String blob();

        abstract String bytes(String hex);

        private DataSource symfony() throws SQLException {
            sql(
                    database(),
                    "DROP TABLE IF EXISTS sessions",
                    "CREATE TABLE sessions (sess_id VARCHAR(128) NOT NULL PRIMARY KEY, sess_data " + blob()
                            + " NOT NULL, sess_lifetime BIGINT NOT NULL, sess_time BIGINT NOT NULL)",
                    "INSERT INTO sessions VALUES ('abc', " + bytes("00ff07") + ", " + LATER + ", 0)");
            return database();
        }

        @Test
        void loads_session_from_row_of_id() throws Exception {
            try (JdbcSessionStore store = store(symfony(), JdbcSchema.symfony())) {
                assertThat(now(store.load("abc"))).contains(new byte[] {0, -1, 7});
                assertThat(now(store.load("abd"))).isEmpty();
            }
        }

        @Test
        void update_writes_existing_session_only() throws Exception {
            try (JdbcSessionStore store = store(symfony(), JdbcSchema.symfony())) {
                assertThat(now(store.update("abc", stored -> new byte[] {1, -1})))
                        .isTrue();
                assertThat(now(store.load("abc"))).contains(new byte[] {1, -1});
                assertThat(text(database(), "SELECT sess_lifetime FROM sessions"))
                        .isEqualTo(String.valueOf(LATER));
                assertThat(now(store.update("abd", stored -> stored))).isFalse();
                assertThat(text(database(), "SELECT COUNT(*) FROM sessions")).isEqualTo("1");
                SessionFormatException refused = new SessionFormatException("no");
                assertThat(failure(store.update("abc", stored -> {
                            throw refused;
                        })))
                        .isSameAs(refused);
                assertThat(now(store.load("abc"))).contains(new byte[] {1, -1});
            }
        }

        @Test
        void concurrent_updates_are_serialized() throws Exception {
            try (JdbcSessionStore store = store(symfony(), JdbcSchema.symfony())) {
                CompletableFuture<?>[] all = new CompletableFuture<?>[20];
                for (int i = 0; i < all.length; i++) {
                    all[i] = store.update("abc", stored -> plus(stored, "x")).toCompletableFuture();
                }
                now(CompletableFuture.allOf(all));
                assertThat(now(store.load("abc")).orElseThrow()).hasSizeGreaterThanOrEqualTo(all.length);
                assertThat(new String(now(store.load("abc")).orElseThrow(), UTF_8))
                        .endsWith("x".repeat(all.length));
            }
        }
    }

    @Nested
    class H2 extends Contract {
        @Override
        DataSource database() {
            return h2("contract");
        }

        @Override
        String blob() {
            return "BLOB";
        }

        @Override
        String bytes(String hex) {
            return "X'" + hex + "'";
        }
    }

    @Tag("foreign")
    @Nested
    class PostgreSql extends Contract {
        private static EmbeddedPostgres postgres;

        @BeforeAll
        static void start() throws IOException {
            postgres = EmbeddedPostgres.builder()
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .start();
        }

        @AfterAll
        static void stop() throws IOException {
            postgres.close();
        }

        @Override
        DataSource database() {
            return postgres.getPostgresDatabase();
        }

        @Override
        String blob() {
            return "BYTEA";
        }

        @Override
        String bytes(String hex) {
            return "'\\x" + hex + "'";
        }
    }

    @Test
    void symfony_lifetime_is_time_or_duration() throws Exception {
        DataSource database = h2("lifetime");
        long now = Instant.now().getEpochSecond();
        sql(
                database,
                "CREATE TABLE sessions (sess_id VARCHAR PRIMARY KEY, sess_data BLOB, sess_lifetime INT, sess_time INT)",
                "INSERT INTO sessions VALUES ('until', X'01', " + (now + 100) + ", " + now + ")",
                "INSERT INTO sessions VALUES ('past', X'02', " + (now - 100) + ", " + now + ")",
                "INSERT INTO sessions VALUES ('for', X'03', 1440, " + (now - 1000) + ")",
                "INSERT INTO sessions VALUES ('over', X'04', 1440, " + (now - 2000) + ")");
        try (JdbcSessionStore store = store(database, JdbcSchema.symfony())) {
            assertThat(now(store.load("until"))).contains(new byte[] {1});
            assertThat(now(store.load("past"))).isEmpty();
            assertThat(now(store.load("for"))).contains(new byte[] {3});
            assertThat(now(store.load("over"))).isEmpty();
            assertThat(now(store.update("over", stored -> new byte[1]))).isFalse();
        }
    }

    @Test
    void laravel_payload_is_base64_and_expires() throws Exception {
        DataSource database = h2("laravel");
        long now = Instant.now().getEpochSecond();
        sql(
                database,
                "CREATE TABLE sessions (id VARCHAR PRIMARY KEY, user_id BIGINT, ip_address VARCHAR, user_agent TEXT,"
                        + " payload TEXT, last_activity INT)",
                "INSERT INTO sessions VALUES ('abc', 1, '', '', 'YTowOnt9', " + (now - 50) + ")",
                "INSERT INTO sessions VALUES ('old', 1, '', '', 'YTowOnt9', " + (now - 200) + ")");
        try (JdbcSessionStore store = store(database, JdbcSchema.laravel(Duration.ofSeconds(100)))) {
            assertThat(now(store.load("abc"))).contains("a:0:{}".getBytes(UTF_8));
            assertThat(now(store.load("old"))).isEmpty();
            assertThat(now(store.update("abc", stored -> plus(stored, "!")))).isTrue();
            assertThat(text(database, "SELECT payload FROM sessions WHERE id = 'abc'"))
                    .isEqualTo("YTowOnt9IQ==");
        }
    }

    @Test
    void accepts_other_valid_names_only() throws Exception {
        DataSource database = h2("names");
        sql(
                database,
                "CREATE SCHEMA site",
                "CREATE TABLE site.\"Order\" (\"select\" VARCHAR PRIMARY KEY, d BLOB, l BIGINT, t BIGINT)",
                "INSERT INTO site.\"Order\" VALUES ('abc', X'01', " + LATER + ", 0)");
        JdbcSchema layout = JdbcSchema.symfony()
                .table("site.Order")
                .column("sess_id", "SELECT")
                .column("sess_data", "d")
                .column("sess_lifetime", "l")
                .column("sess_time", "t");
        try (JdbcSessionStore store = store(database, layout)) {
            assertThat(failure(store.load("abc"))).hasMessageContaining("database: ");
        }
        sql(database, "ALTER TABLE site.\"Order\" RENAME COLUMN \"select\" TO \"SELECT\"");
        try (JdbcSessionStore store = store(database, layout)) {
            assertThat(now(store.load("abc"))).contains(new byte[] {1});
        }
        for (String name : List.of("", "a b", "a\"b", "a;DROP TABLE x", "1a", "a.b.", "é")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JdbcSchema.symfony().table(name))
                    .withMessageContaining("expected: a letter");
            for (String column : List.of("sess_id", "sess_data", "sess_lifetime", "sess_time")) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> JdbcSchema.symfony().column(column, name));
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JdbcSchema.spring().table(name));
        }
    }

    @Test
    void unknown_and_fixed_columns_are_rejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdbcSchema.laravel(Duration.ofHours(2)).column("sess_id", "x"))
                .withMessage("column: sess_id (expected: one of id, payload, last_activity)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdbcSchema.spring().column("SESSION_ID", "x"))
                .withMessage("column: SESSION_ID (expected: none, Spring Session fixes them)");
    }

    @Test
    void invalid_id_is_never_used_in_query() throws Exception {
        DataSource none = org.mockito.Mockito.mock(DataSource.class);
        try (JdbcSessionStore store =
                JdbcSessionStore.builder(none, JdbcSchema.symfony()).build()) {
            for (String id : List.of("' OR 1=1 --", "", "a".repeat(257), "%")) {
                assertThat(now(store.load(id))).isEmpty();
                assertThat(now(store.update(id, stored -> stored))).isFalse();
            }
        }
        org.mockito.Mockito.verifyNoInteractions(none);
    }

    @Test
    void load_fails_within_timeout_when_database_is_silent() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        DataSource stuck = org.mockito.Mockito.mock(DataSource.class, call -> {
            never.await();
            throw new SQLException("interrupted");
        });
        try (JdbcSessionStore store = JdbcSessionStore.builder(stuck, JdbcSchema.symfony())
                .connections(1)
                .timeout(Duration.ofMillis(20))
                .build()) {
            assertThat(failure(store.load("abc")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("database: no response within 20 ms");
            assertThat(failure(store.load("def"))).as("queued request").isInstanceOf(IOException.class);
            never.countDown();
        }
        DataSource refusing = org.mockito.Mockito.mock(DataSource.class);
        org.mockito.Mockito.when(refusing.getConnection()).thenThrow(new SQLException("connection refused"));
        try (JdbcSessionStore store =
                JdbcSessionStore.builder(refusing, JdbcSchema.symfony()).build()) {
            assertThat(failure(store.load("abc")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("database: connection refused");
        }
    }

    @Test
    void lost_database_blocks_no_thread() throws Exception {
        DataSource back = h2("back");
        sql(
                back,
                "CREATE TABLE sessions (sess_id VARCHAR PRIMARY KEY, sess_data BLOB, sess_lifetime BIGINT, sess_time"
                        + " BIGINT)",
                "INSERT INTO sessions VALUES ('abc', X'01', " + LATER + ", 0)");
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger networkTimeout = new AtomicInteger();
        // like drivers, which read from a silent host until their network timeout, by default without limit
        Connection lost = org.mockito.Mockito.mock(Connection.class, call -> {
            switch (call.getMethod().getName()) {
                case "setNetworkTimeout" -> networkTimeout.set(call.getArgument(1));
                case "getAutoCommit" -> {
                    return true;
                }
                case "getMetaData" -> {
                    if (networkTimeout.get() == 0) {
                        never.await();
                    }
                    throw new SQLException("read timed out");
                }
                default -> {}
            }
            return org.mockito.Mockito.RETURNS_DEFAULTS.answer(call);
        });
        DataSource database = org.mockito.Mockito.mock(DataSource.class);
        org.mockito.Mockito.when(database.getConnection()).thenReturn(lost).thenAnswer(call -> back.getConnection());
        try (JdbcSessionStore store = JdbcSessionStore.builder(database, JdbcSchema.symfony())
                .connections(1)
                .timeout(Duration.ofSeconds(5))
                .build()) {
            assertThat(failure(store.load("abc"))).isInstanceOf(IOException.class);
            assertThat(now(store.load("abc"))).contains(new byte[] {1});
        } finally {
            never.countDown();
        }
        assertThat(networkTimeout).as("restored timeout of the pool").hasValue(0);
    }

    @Test
    void plugin_creates_configured_store() throws Exception {
        ServiceFactory<SessionStore> factory = Plugins.discover()
                .injector(binder -> {})
                .getInstance(FactoryRegistry.class)
                .services(SessionStore.class)
                .iterator()
                .next();
        assertThat(factory.name()).isEqualTo("jdbc");
        DataSource database = h2("configured");
        sql(
                database,
                "CREATE TABLE mine (sess_id VARCHAR PRIMARY KEY, sess_data BLOB, sess_lifetime BIGINT, sess_time"
                        + " BIGINT)",
                "INSERT INTO mine VALUES ('abc', X'01', " + LATER + ", 0)");
        try (SessionStore store = factory.create(factory.settings(
                "url = \"jdbc:h2:mem:configured\", table = mine, user = \"\", pool-size = 1, timeout = 20s"))) {
            assertThat(now(store.load("abc"))).contains(new byte[] {1});
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> factory.create(factory.settings("url = \"jdbc:nosuch://host/secret\"")))
                .withMessage(
                        "no driver for jdbc:nosuch (expected: JAR file of the driver in driver or on the class path)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> factory.create(factory.settings("url = \"jdbc:h2:mem:a\", driver = /no.jar")))
                .withMessage("driver: /no.jar (expected: a JAR file)");
    }
}

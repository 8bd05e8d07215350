package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.keys.fixture.RecordingDriver;
import dev.sprocket.leaktest.SpinWait;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys of {@code jdbc} for its connections, with a recording driver. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class JdbcPoolKeysTest {
    @TempDir
    Path folder;

    private String store;

    @BeforeEach
    void database() throws Exception {
        RecordingDriver.CONNECTED.clear();
        RecordingDriver.gate = new CountDownLatch(0);
        Path jar = folder.resolve("driver.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream files = new JarOutputStream(out)) {
            files.putNextEntry(new ZipEntry("META-INF/services/java.sql.Driver"));
            files.write(RecordingDriver.class.getName().getBytes(UTF_8));
        }
        String url = "jdbc:sqlite:" + folder.resolve("sessions.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "create table sessions (sess_id text, sess_data blob, sess_lifetime integer, sess_time integer)");
        }
        store = STORE_JDBC_URL.text(RecordingDriver.PREFIX + url) + ", " + STORE_JDBC_DRIVER.text(jar.toString());
    }

    private Site site(String... settings) throws Exception {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add(store);
        String session = SESSION.with(
                SESSION_STORE.is(STORE_JDBC.with(all.toArray(String[]::new))), SESSION_STORE_TIMEOUT.is("1h"));
        Files.writeString(folder.resolve("hello.txt"), "hello");
        return Site.start(web(route("/a", FILES.with(FILES_DIRECTORY.text(folder.toString())), session)));
    }

    private static int status(Site site, int id) throws Exception {
        return site.get("/a/hello.txt", "Cookie", "PHPSESSID=abc" + id).statusCode();
    }

    @Test
    @Row({STORE_JDBC_USER, STORE_JDBC_PASSWORD})
    void user_and_password_reach_the_database() throws Exception {
        try (Site site = site(STORE_JDBC_USER.text("ann"), STORE_JDBC_PASSWORD.text("secret"))) {
            assertThat(status(site, 0)).isEqualTo(200);
            assertThat(RecordingDriver.CONNECTED).first().isEqualTo("ann secret");
        }
        RecordingDriver.CONNECTED.clear();
        try (Site site = site()) {
            assertThat(status(site, 0)).isEqualTo(200);
            assertThat(RecordingDriver.CONNECTED).first().isEqualTo("null null");
        }
    }

    /** Returns the number of connections opened by many concurrent requests while the database is blocked. */
    private static int connections(Site site, int expected) throws Exception {
        RecordingDriver.CONNECTED.clear();
        RecordingDriver.gate = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 4 * expected; i++) {
                int id = i;
                all.add(CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return status(site, id);
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        threads));
            }
            while (RecordingDriver.CONNECTED.isEmpty()) {
                SpinWait.once();
            }
            RecordingDriver.gate.countDown();
            for (CompletableFuture<Integer> one : all) {
                assertThat(one.join()).isEqualTo(200);
            }
            return RecordingDriver.CONNECTED.size();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @Row(STORE_JDBC_POOL_SIZE)
    void pool_size_limits_database_connections() throws Exception {
        String patient = STORE_JDBC_TIMEOUT.is("60s");
        try (Site site = site(patient, STORE_JDBC_POOL_SIZE.is(1))) {
            assertThat(connections(site, 1)).isEqualTo(1);
        }
        int standard = PrintedKeys.numberOf(STORE_JDBC_POOL_SIZE);
        try (Site site = site(patient)) {
            assertThat(connections(site, standard)).isBetween(1, standard);
        }
    }

    @Test
    @Row(STORE_JDBC_TIMEOUT)
    void timeout_responds_503() throws Exception {
        try (Site site = site(STORE_JDBC_TIMEOUT.is("300ms"))) {
            RecordingDriver.gate = new CountDownLatch(1);
            assertThat(status(site, 0)).isEqualTo(503);
            RecordingDriver.gate.countDown();
        }
    }
}

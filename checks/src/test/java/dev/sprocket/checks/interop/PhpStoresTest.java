package dev.sprocket.checks.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.session.jdbc.JdbcSchema;
import dev.sprocket.session.jdbc.JdbcSessionStore;
import dev.sprocket.session.memcached.MemcachedSessionStore;
import dev.sprocket.session.redis.RedisSessionStore;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;
import redis.embedded.RedisServer;

/** Sessions that PHP and Sprocket exchange through Redis, memcached and a database. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class PhpStoresTest {
    private static final String LOGIN = "$_SESSION['user'] = 'Änn'; $_SESSION['id'] = 7;";
    private static final String STORED = "user|s:4:\"Änn\";id|i:7;";

    /** Long timeout, so that a busy machine does not fail the tests. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @BeforeEach
    void requirePhp() {
        RequiredPrograms.require("php");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process php(List<String> settings, String code) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/env", "php"));
        List<String> all = new ArrayList<>(settings);
        all.addAll(List.of("session.use_cookies=0", "session.cache_limiter=", "session.use_strict_mode=0"));
        all.forEach(setting -> command.addAll(List.of("-d", setting)));
        command.addAll(List.of("-r", code));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", RequiredPrograms.path());
        return builder.start();
    }

    /** Runs PHP code and returns its output. */
    private static String run(List<String> settings, String code) throws Exception {
        Process php = php(settings, code);
        String printed = new String(php.getInputStream().readAllBytes(), UTF_8);
        assertThat(php.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(php.exitValue()).as(printed).isZero();
        return printed;
    }

    /** Runs PHP code with the session {@code abc123} and returns its output. */
    private static String page(List<String> settings, String code) throws Exception {
        return run(settings, "session_id('abc123'); session_start(); " + code);
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, SECONDS);
    }

    private static byte[] swap(byte[] stored, String from, String to) {
        return new String(stored, UTF_8).replace(from, to).getBytes(UTF_8);
    }

    /** Asserts that PHP and the store read, change and delete the same sessions. */
    private static void assertExchange(SessionStore.Writable store, List<String> settings) throws Exception {
        assertThat(await(store.load("abc123"))).isEmpty();
        page(settings, LOGIN);
        assertThat(await(store.load("abc123"))).contains(STORED.getBytes(UTF_8));
        assertThat(await(store.load("abc124"))).isEmpty();

        assertThat(await(store.update("abc123", stored -> swap(stored, "i:7", "i:8"))))
                .isTrue();
        assertThat(page(settings, "echo json_encode($_SESSION, JSON_UNESCAPED_UNICODE);"))
                .isEqualTo("{\"user\":\"Änn\",\"id\":8}");

        page(settings, "session_destroy();");
        assertThat(await(store.load("abc123"))).isEmpty();
        assertThat(await(store.update("abc123", stored -> stored))).isFalse();
    }

    @Test
    void php_redis_sessions_are_exchanged() throws Exception {
        RequiredPrograms.requireWorking("php-redis", "php", "-r", "exit(extension_loaded('redis') ? 0 : 1);");
        int port = freePort();
        RedisServer server = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .setting("notify-keyspace-events Egx")
                .build();
        server.start();
        List<String> settings = List.of("session.save_handler=redis", "session.save_path=tcp://127.0.0.1:" + port);
        try (RedisSessionStore store = RedisSessionStore.php("redis://127.0.0.1:" + port)
                .timeout(TIMEOUT)
                .build()) {
            assertExchange(store, settings);

            BlockingQueue<String> ended = new LinkedBlockingQueue<>();
            var unused = store.watch(ended::add);
            // repeated until the store has subscribed to notifications
            while (ended.poll(100, TimeUnit.MILLISECONDS) == null) {
                page(settings, LOGIN);
                page(settings, "session_destroy();");
            }
        } finally {
            server.stop();
        }
    }

    @Test
    void php_memcached_sessions_are_exchanged() throws Exception {
        RequiredPrograms.require("memcached");
        RequiredPrograms.requireWorking("php-memcached", "php", "-r", "exit(extension_loaded('memcached') ? 0 : 1);");
        int port = freePort();
        Process server = memcached(port);
        List<String> settings = List.of("session.save_handler=memcached", "session.save_path=127.0.0.1:" + port);
        try (MemcachedSessionStore store = MemcachedSessionStore.builder("127.0.0.1", port)
                .timeout(TIMEOUT)
                .build()) {
            assertExchange(store, settings);
            assertUpdateWaitsForPage(store, settings);
            assertReadsZlibOnly(store, port);
        } finally {
            server.destroy();
            assertThat(server.waitFor(20, SECONDS)).isTrue();
        }
    }

    private static Process memcached(int port) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                "memcached", "-l", "127.0.0.1", "-p", "" + port, "-U", "0", "-u", System.getProperty("user.name"));
        builder.environment().put("PATH", RequiredPrograms.path());
        Process server = builder.redirectErrorStream(true).start();
        while (server.isAlive()) {
            try (Socket open = new Socket("127.0.0.1", port)) {
                return server;
            } catch (IOException e) {
                SpinWait.once();
            }
        }
        String output = new String(server.getInputStream().readAllBytes(), UTF_8);
        throw new AssertionError("memcached exited with " + server.exitValue() + ": " + output);
    }

    private static void assertUpdateWaitsForPage(MemcachedSessionStore store, List<String> settings) throws Exception {
        page(settings, LOGIN);
        Process page = php(
                settings,
                "session_id('abc123'); session_start(); echo \"open\\n\"; fgets(STDIN); $_SESSION['page'] = 1;");
        BufferedReader printed = page.inputReader(UTF_8);
        assertThat(printed.readLine()).isEqualTo("open");

        CompletionStage<Boolean> update = store.update("abc123", stored -> swap(stored, "i:7", "i:9"));
        page.getOutputStream().close();

        assertThat(page.waitFor(20, SECONDS)).isTrue();
        assertThat(await(update)).isTrue();
        assertThat(await(store.load("abc123"))).contains(swap((STORED + "page|i:1;").getBytes(UTF_8), "i:7", "i:9"));
    }

    private static void assertReadsZlibOnly(MemcachedSessionStore store, int port) throws Exception {
        String write = "$m = new Memcached(); $m->addServer('127.0.0.1', " + port + ");"
                + " $m->setOption(Memcached::OPT_COMPRESSION_TYPE, Memcached::COMPRESSION_%s);"
                + " $m->set('memc.sess.key.long', str_repeat('a|i:1;', 1000));";
        run(List.of(), write.formatted("ZLIB"));
        assertThat(await(store.load("long"))).contains("a|i:1;".repeat(1000).getBytes(UTF_8));
        run(List.of(), write.formatted("FASTLZ"));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> await(store.load("long")))
                .withCauseInstanceOf(SessionFormatException.class)
                .withMessageContaining("unsupported compression");
    }

    @Test
    void symfony_database_sessions_are_exchanged() throws Exception {
        String symfony = "/usr/share/php/Symfony/Component/HttpFoundation/autoload.php";
        RequiredPrograms.requireWorking("php-sqlite3", "php", "-r", "exit(extension_loaded('pdo_sqlite') ? 0 : 1);");
        RequiredPrograms.requireWorking(
                "php-symfony-http-foundation", "php", "-r", "exit(file_exists('" + symfony + "') ? 0 : 1);");
        Path file = folder.resolve("sessions.db");
        String start = "require '" + symfony + "';"
                + " use Symfony\\Component\\HttpFoundation\\Session\\Session;"
                + " use Symfony\\Component\\HttpFoundation\\Session\\Storage\\NativeSessionStorage;"
                + " use Symfony\\Component\\HttpFoundation\\Session\\Storage\\Handler\\PdoSessionHandler;"
                + " $handler = new PdoSessionHandler('sqlite:" + file + "');"
                + " if (!file_exists('" + file + "') || !filesize('" + file + "')) $handler->createTable();"
                + " $session = new Session(new NativeSessionStorage([], $handler));"
                + " $ID $session->start(); ";
        SQLiteDataSource database = new SQLiteDataSource();
        database.setUrl("jdbc:sqlite:" + file);

        // Symfony rejects an id that it did not create
        String id = run(
                List.of(),
                start.replace("$ID", "")
                        + "$session->set('user', 'Änn'); $session->set('id', 7); $session->save(); echo"
                        + " $session->getId();");
        String again = start.replace("$ID", "$session->setId('" + id + "');");

        try (JdbcSessionStore store = JdbcSessionStore.builder(database, JdbcSchema.symfony())
                .connections(1)
                .timeout(TIMEOUT)
                .build()) {
            assertThat(new String(await(store.load(id)).orElseThrow(), UTF_8))
                    .startsWith("_sf2_attributes|a:2:{s:4:\"user\";s:4:\"Änn\";s:2:\"id\";i:7;}");
            assertThat(await(store.update(id, stored -> swap(stored, "i:7", "i:8"))))
                    .isTrue();
            assertThat(run(List.of(), again + "echo $session->get('user'), $session->get('id');"))
                    .isEqualTo("Änn8");
            run(List.of(), again + "$session->invalidate(); $session->save();");
            assertThat(await(store.load(id))).isEmpty();
        }
    }
}

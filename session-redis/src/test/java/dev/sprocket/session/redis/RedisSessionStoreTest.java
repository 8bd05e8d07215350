package dev.sprocket.session.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sprocket.plugin.FactoryRegistry;
import dev.sprocket.plugin.Plugins;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.Settings;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.session.spi.WatchableStore.Watch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RedisSessionStoreTest {
    private static final String KEY = "PHPREDIS_SESSION:abc";

    private static int port;
    private static RedisServer server;

    /** Whether a machine is busy is not what is tested. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RedisSessionStore store =
            new RedisSessionStore("redis://127.0.0.1:" + port, RedisLayout.php(), PATIENCE);
    private final Jedis redis = new Jedis("127.0.0.1", port);

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @BeforeAll
    static void start() throws IOException {
        port = freePort();
        server = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .setting("notify-keyspace-events Egx")
                .build();
        server.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.stop();
    }

    @AfterEach
    void close() {
        store.close();
        redis.flushAll();
        redis.close();
    }

    private static <T> T now(CompletionStage<T> stage) throws Exception {
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

    @Test
    void a_session_is_what_is_at_its_key() throws Exception {
        redis.set(KEY.getBytes(UTF_8), new byte[] {0, -1, 7});
        redis.set("sess:abc", "{}");
        assertThat(now(store.load("abc"))).contains(new byte[] {0, -1, 7});
        assertThat(now(store.load("abd"))).isEmpty();
        try (RedisSessionStore express =
                new RedisSessionStore("redis://127.0.0.1:" + port, RedisLayout.express(), PATIENCE)) {
            assertThat(now(express.load("abc"))).contains("{}".getBytes(UTF_8));
        }
    }

    @Test
    void what_is_no_id_reaches_no_key() throws Exception {
        redis.set("PHPREDIS_SESSION:a:b", "x");
        redis.set("PHPREDIS_SESSION:", "x");
        redis.set("PHPREDIS_SESSION:" + "a".repeat(257), "x");
        for (String id : List.of("a:b", "", "a".repeat(257), "*", "a\r\nFLUSHALL", "\u00e9")) {
            assertThat(now(store.load(id))).isEmpty();
            assertThat(now(store.update(id, stored -> stored))).isFalse();
        }
    }

    @Test
    void an_update_keeps_the_time_to_live_and_creates_nothing() throws Exception {
        redis.setex(KEY, 1000, "old");
        assertThat(now(store.update("abc", stored -> (new String(stored, UTF_8) + "+new").getBytes(UTF_8))))
                .isTrue();
        assertThat(redis.get(KEY)).isEqualTo("old+new");
        assertThat(redis.ttl(KEY)).isBetween(900L, 1000L);

        redis.persist(KEY);
        assertThat(now(store.update("abc", stored -> "more".getBytes(UTF_8)))).isTrue();
        assertThat(redis.ttl(KEY)).isEqualTo(-1);

        assertThat(now(store.update("other", stored -> "x".getBytes(UTF_8)))).isFalse();
        assertThat(redis.exists("PHPREDIS_SESSION:other")).isFalse();
    }

    @Test
    void what_the_site_writes_meanwhile_is_not_lost() throws Exception {
        redis.set(KEY, "a");
        AtomicBoolean first = new AtomicBoolean(true);
        assertThat(now(store.update("abc", stored -> {
                    if (first.getAndSet(false)) {
                        try (Jedis site = new Jedis("127.0.0.1", port)) {
                            site.append(KEY, "b");
                        }
                    }
                    return (new String(stored, UTF_8) + "c").getBytes(UTF_8);
                })))
                .isTrue();
        assertThat(redis.get(KEY)).isEqualTo("abc");

        assertThat(now(store.update("abc", stored -> {
                    try (Jedis site = new Jedis("127.0.0.1", port)) {
                        site.del(KEY);
                    }
                    return stored;
                })))
                .as("logged out meanwhile")
                .isFalse();
        assertThat(redis.exists(KEY)).isFalse();
    }

    @Test
    void what_a_change_throws_is_the_failure() throws Exception {
        redis.set(KEY, "a");
        SessionFormatException refused = new SessionFormatException("no");
        assertThat(failure(store.update("abc", stored -> {
                    throw refused;
                })))
                .isSameAs(refused);
        assertThat(redis.get(KEY)).isEqualTo("a");
    }

    @Test
    void a_session_that_is_deleted_or_expires_is_told() throws Exception {
        BlockingQueue<String> ended = new LinkedBlockingQueue<>();
        Watch watch = store.watch(ended::add);
        awaitSubscriber();

        redis.setex(KEY, 1000, "x");
        redis.del(KEY, "other");
        assertThat(ended.poll(20, SECONDS)).isEqualTo("abc");

        redis.set("other", "x");
        redis.del("other");
        redis.psetex("PHPREDIS_SESSION:def", 1L, "x");
        assertThat(ended.poll(20, SECONDS)).isEqualTo("def");
        watch.close();
    }

    @Test
    void a_user_that_may_not_hear_of_sessions_at_first_hears_of_them_when_it_may() throws Exception {
        redis.aclSetUser("site", "on", ">secret", "~*", "+@all", "resetchannels");
        BlockingQueue<String> ended = new LinkedBlockingQueue<>();
        try (RedisSessionStore restricted = new RedisSessionStore(
                "redis://site:secret@127.0.0.1:" + port, RedisLayout.php(), Duration.ofSeconds(2))) {
            restricted.watch(ended::add);
            awaitRefusal();
            redis.aclSetUser("site", "allchannels");
            for (int i = 0; ended.isEmpty() && i < 200; i++) {
                redis.set(KEY, "x");
                redis.del(KEY);
                String told = ended.poll(100, MILLISECONDS);
                if (told != null) {
                    assertThat(told).isEqualTo("abc");
                    return;
                }
            }
        } finally {
            redis.aclDelUser("site");
        }
        throw new AssertionError("nothing was told");
    }

    /** Redis writes down whom it refused what. */
    private void awaitRefusal() {
        while (redis.aclLog().isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private void awaitSubscriber() {
        while (redis.publish("__keyevent@0__:expired", "none") == 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void redis_that_is_not_there_is_a_failure_that_names_it_and_one_that_comes_back_is_used() throws Exception {
        int other = freePort();
        try (RedisSessionStore later =
                new RedisSessionStore("redis://:secret@127.0.0.1:" + other, RedisLayout.php(), PATIENCE)) {
            assertThat(failure(later.load("abc")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Redis at 127.0.0.1:" + other + ": ")
                    .hasMessageContaining("refused")
                    .hasMessageNotContaining("secret");
            RedisServer second = RedisServer.newRedisServer()
                    .port(other)
                    .setting("bind 127.0.0.1")
                    .setting("save \"\"")
                    .setting("requirepass secret")
                    .build();
            second.start();
            try {
                assertThat(now(later.load("abc"))).isEmpty();
            } finally {
                second.stop();
            }
            assertThat(failure(later.load("abc"))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void redis_that_says_nothing_is_a_failure_within_the_time_limit() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RedisSessionStore waiting = new RedisSessionStore(
                        "redis://127.0.0.1:" + silent.getLocalPort(), RedisLayout.php(), Duration.ofMillis(50))) {
            Thread accepts = new Thread(() -> {
                try (Socket accepted = silent.accept()) {
                    accepted.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // the test is over
                }
            });
            accepts.setDaemon(true);
            accepts.start();
            assertThat(failure(waiting.load("abc")))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("Redis at 127.0.0.1:" + silent.getLocalPort());
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RedisSessionStore("redis://localhost", RedisLayout.php(), Duration.ZERO));
    }

    @Test
    void an_address_that_is_wrong_is_a_failure_that_shows_no_password() throws Exception {
        assertThat(now(store.load("abc"))).isEmpty();
        for (String wrong : List.of("redis://:hush%%@localhost", "redis://:hush hush@localhost", "radis://:hush@a")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RedisSessionStore(wrong, RedisLayout.php()))
                    .withMessageStartingWith("uri (expected: ")
                    .withMessageNotContaining("hush")
                    .withNoCause();
        }
    }

    @Test
    void a_configuration_names_it() throws Exception {
        ServiceFactory<SessionStore> factory = Plugins.discover()
                .injector(binder -> {})
                .getInstance(FactoryRegistry.class)
                .services(SessionStore.class)
                .iterator()
                .next();
        assertThat(factory.name()).isEqualTo("redis");
        redis.set("mine:abc", "x");
        try (SessionStore made = factory.create(
                Settings.of(factory, "uri = \"redis://127.0.0.1:" + port + "\", prefix = \"mine:\", timeout = 20s"))) {
            assertThat(now(made.load("abc"))).contains("x".getBytes(UTF_8));
        }
    }

    @Test
    void one_that_is_closed_before_it_is_connected_leaves_nothing_behind() {
        for (int i = 0; i < 20; i++) {
            RedisSessionStore hasty = new RedisSessionStore("redis://127.0.0.1:" + port, RedisLayout.php(), PATIENCE);
            Watch watch = hasty.watch(id -> {});
            watch.close();
            hasty.close();
        }
        // the module fails for a buffer that is left
        assertThat(redis.ping()).isEqualTo("PONG");
    }
}

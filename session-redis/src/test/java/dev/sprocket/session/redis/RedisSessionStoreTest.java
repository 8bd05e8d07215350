package dev.sprocket.session.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.session.spi.SessionStore.Watch;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class RedisSessionStoreTest {
    private static final String KEY = "PHPREDIS_SESSION:abc";

    private static int port;
    private static RedisServer server;

    /** Long timeout, so that a busy machine does not fail the tests. */
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final RedisSessionStore store =
            RedisSessionStore.php("redis://127.0.0.1:" + port).timeout(TIMEOUT).build();
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

    @CanIgnoreReturnValue
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
    void loads_session_at_its_key() throws Exception {
        redis.set(KEY.getBytes(UTF_8), new byte[] {0, -1, 7});
        redis.set("sess:abc", "{}");
        assertThat(now(store.load("abc"))).contains(new byte[] {0, -1, 7});
        assertThat(now(store.load("abd"))).isEmpty();
        try (RedisSessionStore express = RedisSessionStore.express("redis://127.0.0.1:" + port)
                .timeout(TIMEOUT)
                .build()) {
            assertThat(now(express.load("abc"))).contains("{}".getBytes(UTF_8));
        }
    }

    @Test
    void invalid_id_is_never_used_in_key() throws Exception {
        redis.set("PHPREDIS_SESSION:a:b", "x");
        redis.set("PHPREDIS_SESSION:", "x");
        redis.set("PHPREDIS_SESSION:" + "a".repeat(257), "x");
        for (String id : List.of("a:b", "", "a".repeat(257), "*", "a\r\nFLUSHALL", "\u00e9")) {
            assertThat(now(store.load(id))).isEmpty();
            assertThat(now(store.update(id, stored -> stored))).isFalse();
        }
    }

    @Test
    void update_keeps_ttl_and_creates_no_session() throws Exception {
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
    void update_keeps_concurrent_writes_of_site() throws Exception {
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
                .as("logged out in the meantime")
                .isFalse();
        assertThat(redis.exists(KEY)).isFalse();
    }

    @Test
    void update_fails_with_exception_of_change() throws Exception {
        redis.set(KEY, "a");
        SessionFormatException refused = new SessionFormatException("no");
        assertThat(failure(store.update("abc", stored -> {
                    throw refused;
                })))
                .isSameAs(refused);
        assertThat(redis.get(KEY)).isEqualTo("a");
    }

    @Test
    void watcher_receives_deleted_and_expired_sessions() throws Exception {
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
    void watcher_subscribes_after_user_is_granted_access() throws Exception {
        redis.aclSetUser("site", "on", ">secret", "~*", "+@all", "resetchannels");
        BlockingQueue<String> ended = new LinkedBlockingQueue<>();
        try (RedisSessionStore restricted = RedisSessionStore.php("redis://site:secret@127.0.0.1:" + port)
                .timeout(Duration.ofSeconds(2))
                .build()) {
            var unused = restricted.watch(ended::add);
            awaitDenial();
            redis.aclSetUser("site", "allchannels");
            for (int i = 0; ended.isEmpty() && i < 200; i++) {
                redis.set(KEY, "x");
                redis.del(KEY);
                String endedId = ended.poll(100, MILLISECONDS);
                if (endedId != null) {
                    assertThat(endedId).isEqualTo("abc");
                    return;
                }
            }
        } finally {
            redis.aclDelUser("site");
        }
        throw new AssertionError("no notification received");
    }

    /** Waits until Redis logs a denied command. */
    private void awaitDenial() throws InterruptedException {
        while (redis.aclLog().isEmpty()) {
            SpinWait.once();
        }
    }

    private void awaitSubscriber() throws InterruptedException {
        while (redis.publish("__keyevent@0__:expired", "none") == 0) {
            SpinWait.once();
        }
    }

    @Test
    void unreachable_redis_is_named_and_used_after_return() throws Exception {
        int other = freePort();
        try (RedisSessionStore later = RedisSessionStore.php("redis://:secret@127.0.0.1:" + other)
                .timeout(TIMEOUT)
                .build()) {
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
    void load_fails_within_timeout_when_redis_is_silent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RedisSessionStore waiting = RedisSessionStore.php("redis://127.0.0.1:" + silent.getLocalPort())
                        .timeout(Duration.ofMillis(50))
                        .build()) {
            Thread accepts = new Thread(() -> {
                try (Socket accepted = silent.accept()) {
                    accepted.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // the test has ended
                }
            });
            accepts.setDaemon(true);
            accepts.start();
            assertThat(failure(waiting.load("abc")))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("Redis at 127.0.0.1:" + silent.getLocalPort());
        }
        assertThatIllegalArgumentException().isThrownBy(() -> RedisSessionStore.php("redis://localhost")
                .timeout(Duration.ZERO)
                .build());
    }

    @Test
    void invalid_uri_error_contains_no_password() throws Exception {
        assertThat(now(store.load("abc"))).isEmpty();
        for (String uri : List.of("redis://:hush%%@localhost", "redis://:hush hush@localhost", "radis://:hush@a")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RedisSessionStore.php(uri).build())
                    .withMessageStartingWith("invalid uri (expected: ")
                    .withMessageNotContaining("hush")
                    .withNoCause();
        }
    }

    @Test
    void plugin_creates_configured_store() throws Exception {
        ServiceFactory<SessionStore> factory = Plugins.discover()
                .injector(binder -> {})
                .getInstance(FactoryRegistry.class)
                .services(SessionStore.class)
                .iterator()
                .next();
        assertThat(factory.name()).isEqualTo("redis");
        redis.set("mine:abc", "x");
        try (SessionStore configured = factory.create(
                factory.settings("uri = \"redis://127.0.0.1:" + port + "\", prefix = \"mine:\", timeout = 20s"))) {
            assertThat(now(configured.load("abc"))).contains("x".getBytes(UTF_8));
        }
    }

    @Test
    void close_before_connect_leaks_no_buffers() {
        for (int i = 0; i < 20; i++) {
            RedisSessionStore closedEarly = RedisSessionStore.php("redis://127.0.0.1:" + port)
                    .timeout(TIMEOUT)
                    .build();
            Watch watch = closedEarly.watch(id -> {});
            watch.close();
            closedEarly.close();
        }
        // the leak detector fails the module if a buffer is leaked
        assertThat(redis.ping()).isEqualTo("PONG");
    }
}

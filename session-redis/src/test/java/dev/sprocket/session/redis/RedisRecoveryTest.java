package dev.sprocket.session.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sprocket.leaktest.SpinWait;
import io.lettuce.core.resource.ClientResources;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

/** Recovery after threads of Lettuce end, and during an outage of the server. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class RedisRecoveryTest {
    /** Part of the client that ends, as after an Error inside Netty. */
    enum Part {
        IO_THREADS(resources -> resources.eventLoopGroupProvider().shutdown(0, 0, MILLISECONDS)),
        COMPUTATION_THREADS(resources -> resources.eventExecutorGroup().shutdownGracefully(0, 0, MILLISECONDS)),
        TIMER(resources -> resources.timer().stop()),
        ALL(resources -> resources.shutdown(0, 0, MILLISECONDS));

        private final Consumer<ClientResources> end;

        Part(Consumer<ClientResources> end) {
            this.end = end;
        }
    }

    private static int port;
    private static RedisServer server;

    @BeforeAll
    static void start() throws IOException {
        port = RedisSessionStoreTest.freePort();
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

    /** Ends a session repeatedly until the store receives a notification. */
    private static void awaitWatching(Jedis redis, BlockingQueue<String> ended) throws InterruptedException {
        ended.clear();
        String endedId = null;
        while (endedId == null) {
            redis.set("PHPREDIS_SESSION:abc", "x");
            redis.del("PHPREDIS_SESSION:abc");
            endedId = ended.poll(100, MILLISECONDS);
        }
        assertThat(endedId).isEqualTo("abc");
    }

    @ParameterizedTest
    @EnumSource
    void store_recovers_after_threads_end(Part part) throws Exception {
        try (RedisSessionStore store = RedisSessionStore.php("redis://127.0.0.1:" + port)
                        .timeout(RedisSessionStoreTest.TIMEOUT)
                        .build();
                Jedis redis = new Jedis("127.0.0.1", port)) {
            BlockingQueue<String> ended = new LinkedBlockingQueue<>();
            var unused = store.watch(ended::add);
            redis.set("PHPREDIS_SESSION:abc", "x");
            assertThat(store.load("abc").toCompletableFuture().get(60, SECONDS)).contains("x".getBytes(UTF_8));
            // a connection that is opened while its event loop ends would leak its buffers
            awaitWatching(redis, ended);
            redis.set("PHPREDIS_SESSION:abc", "x");
            RedisConnection broken = store.connection();
            // threads that start on first use
            broken.resources().eventExecutorGroup().forEach(executor -> executor.execute(() -> {}));
            broken.resources().timer().newTimeout(timeout -> {}, 0, SECONDS);

            part.end.accept(broken.resources());

            while (store.connection() == broken || !store.isHealthy()) {
                SpinWait.once();
            }
            assertThat(store.load("abc").toCompletableFuture().get(60, SECONDS)).contains("x".getBytes(UTF_8));
            awaitWatching(redis, ended);
        }
    }

    @Test
    void unreachable_server_does_not_affect_health() throws Exception {
        try (RedisSessionStore store = RedisSessionStore.php("redis://127.0.0.1:" + RedisSessionStoreTest.freePort())
                .timeout(Duration.ofMillis(100))
                .build()) {
            RedisConnection link = store.connection();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> store.load("abc").toCompletableFuture().join())
                    .withCauseInstanceOf(IOException.class);
            assertThat(store.isHealthy()).isTrue();
            assertThat(store.connection()).isSameAs(link);
        }
    }
}

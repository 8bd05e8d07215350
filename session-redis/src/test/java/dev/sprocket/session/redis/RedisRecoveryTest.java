package dev.sprocket.session.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

/** Threads of Lettuce that end, and a server that is away. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RedisRecoveryTest {
    /** What ends underneath the store, as an Error in Netty's own code ends it. */
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

    /** Ends a session again and again until the store has heard of it. */
    private static void awaitWatching(Jedis redis, BlockingQueue<String> ended) throws InterruptedException {
        ended.clear();
        String heard = null;
        while (heard == null) {
            redis.set("PHPREDIS_SESSION:abc", "x");
            redis.del("PHPREDIS_SESSION:abc");
            heard = ended.poll(100, MILLISECONDS);
        }
        assertThat(heard).isEqualTo("abc");
    }

    @ParameterizedTest
    @EnumSource
    void store_works_again_after_threads_end(Part part) throws Exception {
        try (RedisSessionStore store = new RedisSessionStore(
                        "redis://127.0.0.1:" + port, RedisLayout.php(), RedisSessionStoreTest.PATIENCE);
                Jedis redis = new Jedis("127.0.0.1", port)) {
            BlockingQueue<String> ended = new LinkedBlockingQueue<>();
            store.watch(ended::add);
            redis.set("PHPREDIS_SESSION:abc", "x");
            assertThat(store.load("abc").toCompletableFuture().get(60, SECONDS)).contains("x".getBytes(UTF_8));
            // a connection that is being made when its loop ends would leave its buffers behind
            awaitWatching(redis, ended);
            redis.set("PHPREDIS_SESSION:abc", "x");
            RedisConnection broken = store.connection();
            // threads that are started when they are first needed
            broken.resources().eventExecutorGroup().forEach(executor -> executor.execute(() -> {}));
            broken.resources().timer().newTimeout(timeout -> {}, 0, SECONDS);

            part.end.accept(broken.resources());

            while (store.connection() == broken || !store.isHealthy()) {
                Thread.onSpinWait();
            }
            assertThat(store.load("abc").toCompletableFuture().get(60, SECONDS)).contains("x".getBytes(UTF_8));
            awaitWatching(redis, ended);
        }
    }

    @Test
    void server_that_is_away_is_no_fault_of_the_store() throws Exception {
        try (RedisSessionStore store = new RedisSessionStore(
                "redis://127.0.0.1:" + RedisSessionStoreTest.freePort(), RedisLayout.php(), Duration.ofMillis(100))) {
            RedisConnection link = store.connection();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> store.load("abc").toCompletableFuture().join())
                    .withCauseInstanceOf(IOException.class);
            assertThat(store.isHealthy()).isTrue();
            assertThat(store.connection()).isSameAs(link);
        }
    }
}

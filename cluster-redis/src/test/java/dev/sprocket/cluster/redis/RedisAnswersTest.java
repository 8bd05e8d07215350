package dev.sprocket.cluster.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.leaktest.LogLines;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** Reactions of a node to errors and settings of Redis. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
@Timeout(120)
class RedisAnswersTest {
    private final LogLines lines = LogLines.record(() -> {});
    private TestRedis redis;
    /** Topics of the only node of a test. */
    private Topics topics;

    @BeforeEach
    void start() throws IOException {
        redis = TestRedis.start();
    }

    @AfterEach
    void stop() throws IOException {
        lines.close();
        redis.close();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            SpinWait.once();
        }
    }

    private void awaitLine(String text) throws InterruptedException {
        await(() -> !lines.containing(text).isEmpty());
    }

    private static RedisEngine.Builder engine(String uri) {
        return RedisEngine.builder(uri).timeout(TestRedis.LONG).probeInterval(Duration.ofMillis(50));
    }

    private static ClusterNode start(RedisEngine.Builder engine) {
        return ClusterNode.builder(engine.build()).name("a").start();
    }

    private CompletableFuture<Published> publish(ClusterNode node) {
        if (topics == null) {
            topics = new Topics(topic -> TopicSettings.DEFAULT.history(100, Duration.ofHours(1)), node.log());
        }
        return topics.topic("log").publish(Event.of(1)).toCompletableFuture();
    }

    private void config(String key, String value) {
        redis.command(jedis -> jedis.configSet(key, value));
    }

    @ParameterizedTest
    @CsvSource({
        "6.0.16,Redis 6.0.16 is too old (expected: 6.2 or newer)",
        "5.0.7,Redis 5.0.7 is too old (expected: 6.2 or newer)",
        "unstable,'Redis of unknown version \"unstable\" (expected: 6.2 or newer)'",
    })
    void server_without_what_is_needed_is_refused(String version, String sentence) throws Exception {
        try (FakeRedis fake = new FakeRedis(command -> command.equals("INFO") ? FakeRedis.info(version) : "+OK");
                ClusterNode node = start(engine(fake.uri()))) {
            awaitLine(sentence);
            assertThat(node.state()).isEqualTo(Engine.State.AWAY);
            assertThat(node.isHealthy()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SCRIPT LOAD,-LOADING Redis is loading the dataset in memory,LOADING: Redis is loading its data",
        "INFO,-NOAUTH Authentication required.,NOAUTH: Redis requires a password",
        "INFO,-NOPERM this user has no permissions to run the 'info' command,NOPERM: the user lacks a right",
        "INFO,-ERR max number of clients reached,Redis accepts no more connections",
        "SCRIPT LOAD,-MASTERDOWN Link with MASTER is down,MASTERDOWN: Redis is a replica without its primary",
    })
    void error_is_the_cause_of_the_state(String command, String error, String cause) throws Exception {
        try (FakeRedis fake = new FakeRedis(
                        name -> name.equals(command) ? error : name.equals("INFO") ? FakeRedis.info("7.0.0") : "+OK");
                ClusterNode node = start(engine(fake.uri()))) {
            awaitLine("engine away: cause=");
            assertThat(lines.containing("engine away: cause="))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains(cause);
            assertThat(node.problem()).isEqualTo("engine is not connected yet");
        }
    }

    @Test
    void events_refused_for_memory_are_told_once() throws Exception {
        try (ClusterNode node = start(engine(redis.uri()))) {
            await(() -> node.state() == Engine.State.UP);
            publish(node).get(60, SECONDS);
            await(node::isHealthy);
            config("maxmemory", "1");
            config("maxmemory-policy", "noeviction");
            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> publish(node).get(60, SECONDS))
                        .withCauseInstanceOf(UnavailableException.class)
                        .withMessageContaining("OOM: Redis has reached maxmemory");
            }
            assertThat(node.isHealthy()).isTrue();
            config("maxmemory", "0");
            publish(node).get(60, SECONDS);
            assertThat(lines.containing("Redis refuses events, publishers are told: server="))
                    .hasSize(1);
            assertThat(lines.containing("Redis accepts events again: server=")).hasSize(1);
            assertThat(lines.containing("refused=3")).hasSize(1);
        }
    }

    @Test
    void too_few_replicas_refuse_events() throws Exception {
        config("min-replicas-to-write", "1");
        try (ClusterNode node = start(engine(redis.uri()))) {
            await(() -> node.state() == Engine.State.UP
                    || !lines.containing("NOREPLICAS").isEmpty());
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> publish(node).get(60, SECONDS))
                    .withMessageContaining("NOREPLICAS");
        }
    }

    @Test
    void primary_that_becomes_a_replica_is_left() throws Exception {
        try (ClusterNode node = start(engine(redis.uri()))) {
            await(() -> node.state() == Engine.State.UP);
            int other = TestRedis.freePort();
            redis.command(jedis -> jedis.slaveof("127.0.0.1", other));
            await(() -> node.state() == Engine.State.AWAY);
            awaitLine("replica (expected: the primary");
            redis.command(jedis -> jedis.slaveofNoOne());
            await(() -> node.state() == Engine.State.UP);
            publish(node).get(60, SECONDS);
        }
    }

    @Test
    void user_without_channels_is_deaf_with_the_reason() throws Exception {
        redis.command(jedis -> jedis.sendCommand(
                Protocol.Command.ACL, "SETUSER", "mute", "on", ">s3cret", "~*", "+@all", "resetchannels"));
        try (ClusterNode node = start(engine("redis://mute:s3cret@127.0.0.1:" + redis.port()))) {
            awaitLine("NOPERM: the user lacks a right");
            assertThat(node.isHealthy()).isFalse();
            redis.command(jedis -> jedis.sendCommand(Protocol.Command.ACL, "SETUSER", "mute", "allchannels"));
            await(() -> node.state() == Engine.State.UP);
            assertThat(lines.containing("s3cret")).isEmpty();
        }
    }

    @Test
    void subscriptions_that_find_no_connection_make_the_node_deaf() throws Exception {
        try (ClusterNode node = start(engine(redis.uri()))) {
            await(() -> node.state() == Engine.State.UP);
            publish(node).get(60, SECONDS);
            try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
                jedis.configSet("maxclients", "2"); // this one and that of the commands
                jedis.sendCommand(Protocol.Command.CLIENT, "KILL", "TYPE", "pubsub");
                awaitLine("engine deaf, node not ready");
                await(() -> jedis.info("stats").matches("(?s).*rejected_connections:([2-9]|\\d\\d).*"));
                assertThat(node.problem()).isEqualTo("engine is deaf");
                jedis.configSet("maxclients", "100");
            }
            await(() -> node.state() == Engine.State.UP);
            assertThat(lines.containing("engine deaf, node not ready")).hasSize(1);
            assertThat(lines.containing("engine away")).isEmpty();
        }
    }

    @Test
    void settings_that_lose_events_are_warned_of() throws Exception {
        config("client-output-buffer-limit", "pubsub 65536 0 0");
        config("maxmemory", "1gb");
        config("maxmemory-policy", "volatile-lru");
        try (ClusterNode node = start(engine(redis.uri()))) {
            awaitLine("Redis disconnects a node that is briefly slow: server=");
            awaitLine("pubsubLimit=65536");
            awaitLine("maxmemoryPolicy=volatile-lru (set maxmemory-policy to noeviction)");
            await(() -> node.state() == Engine.State.UP);
            redis.command(jedis -> jedis.sendCommand(Protocol.Command.CLIENT, "KILL", "TYPE", "normal"));
            await(() -> node.statistics().continuityLost().get(Engine.Cause.RECONNECTED) > 0);
            publish(node).get(60, SECONDS);
            assertThat(lines.containing("maxmemoryPolicy=")).hasSize(1);
            assertThat(lines.containing("min-replicas-to-write")).isEmpty();
        }
    }

    @Test
    void forbidden_configuration_is_no_problem() throws Exception {
        redis.command(jedis -> jedis.sendCommand(
                Protocol.Command.ACL, "SETUSER", "site", "on", ">s3cret", "~*", "&*", "+@all", "-config"));
        try (ClusterNode node = start(engine("redis://site:s3cret@127.0.0.1:" + redis.port()))) {
            await(() -> node.state() == Engine.State.UP);
            publish(node).get(60, SECONDS);
            assertThat(lines.containing("engine away")).isEmpty();
        }
    }

    @Test
    void publish_fails_without_a_replica_that_confirms() throws Exception {
        try (ClusterNode node = start(engine(redis.uri()).waitReplicas(1, Duration.ofMillis(50)))) {
            await(() -> node.state() == Engine.State.UP);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> publish(node).get(60, SECONDS))
                    .withCauseInstanceOf(UnavailableException.class)
                    .withMessageContaining("event stored, but 0 of 1 replicas have confirmed it within 50 ms");
            assertThat(node.state()).isEqualTo(Engine.State.UP);
        }
    }

    @Test
    void publish_succeeds_with_a_replica_that_confirms() throws Exception {
        try (TestRedis replica = TestRedis.start("replicaof 127.0.0.1 " + redis.port());
                ClusterNode node = start(engine(redis.uri()).waitReplicas(1, Duration.ofSeconds(10)))) {
            await(() -> node.state() == Engine.State.UP);
            await(() -> replica.command(jedis -> jedis.info("replication")).contains("master_link_status:up"));
            CompletableFuture<?>[] all = new CompletableFuture<?>[50];
            for (int i = 0; i < all.length; i++) {
                all[i] = publish(node);
            }
            CompletableFuture.allOf(all).get(60, SECONDS);
            long stored = replica.command(jedis -> jedis.llen("sprocket:log:log"));
            assertThat(stored).isEqualTo(50);
            awaitLine("Redis accepts events that no replica has");
        }
    }

    @Test
    void wait_that_is_longer_than_the_timeout_is_refused() {
        RedisEngine.Builder builder = RedisEngine.builder("redis://localhost").waitReplicas(1, Duration.ofSeconds(2));
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("wait of 2000 ms for replicas (expected: at most 1500 ms, half of the timeout)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisEngine.builder("redis://localhost").waitReplicas(0, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisEngine.builder("redis://localhost").waitReplicas(1, Duration.ZERO));
    }
}

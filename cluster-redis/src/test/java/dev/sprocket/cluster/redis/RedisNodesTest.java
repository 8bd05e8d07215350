package dev.sprocket.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Nodes at one Redis that know each other. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
@Timeout(120)
class RedisNodesTest {
    private TestRedis redis;

    private ClusterNode node(String name) {
        return ClusterNode.builder(RedisEngine.builder(redis.uri())
                        .timeout(Duration.ofSeconds(2))
                        .probeInterval(Duration.ofMillis(100))
                        .build())
                .name(name)
                .beat(Duration.ofMillis(100))
                .lease(Duration.ofMinutes(1))
                .start();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            SpinWait.once();
            Thread.sleep(1);
        }
    }

    private Set<String> members() {
        return redis.command((Jedis jedis) -> jedis.smembers("sprocket:nodes"));
    }

    @BeforeEach
    void start() throws IOException {
        redis = TestRedis.start();
    }

    @AfterEach
    void stop() throws IOException {
        redis.close();
    }

    @Test
    void nodes_put_themselves_again_after_an_empty_restart() throws Exception {
        try (ClusterNode a = node("a");
                ClusterNode b = node("b")) {
            await(() -> a.nodes().size() == 2 && b.nodes().size() == 2);
            redis.command(Jedis::flushAll);
            await(() -> members().size() == 2);
            redis.signal("KILL", redis.pid());
            redis.restart();
            await(() -> members().size() == 2);
            assertThat(a.nodes()).containsOnlyKeys(a.id(), b.id());
            assertThat(b.nodes()).containsOnlyKeys(a.id(), b.id());
        }
    }

    @Test
    void lease_with_a_rest_too_long_is_shortened() throws Exception {
        try (ClusterNode a = node("a")) {
            NodeId gone = NodeId.start("gone");
            String lease = "sprocket:node:gone";
            await(() -> members().size() == 1);
            redis.command(jedis -> {
                jedis.hset("sprocket:own:" + Names.full(gone), "v", "0");
                jedis.hset("sprocket:own:" + Names.full(gone), "t", "");
                jedis.hset("sprocket:own:" + Names.full(gone), "l", "1000");
                jedis.psetex(lease, 3_600_000, Names.incarnation(gone));
                return jedis.sadd("sprocket:nodes", Names.full(gone));
            });
            await(() ->
                    !redis.command(jedis -> jedis.exists(lease)) && members().size() == 1);
            assertThat(a.nodes()).containsOnlyKeys(a.id());
        }
    }

    @Test
    void closed_node_leaves_nothing_behind() throws Exception {
        try (ClusterNode a = node("a")) {
            try (ClusterNode b = node("b")) {
                await(() -> a.nodes().size() == 2 && b.nodes().size() == 2);
            }
            await(() -> a.nodes().size() == 1);
            assertThat(members()).containsExactly(Names.full(a.id()));
            Set<String> keys = redis.command((Jedis jedis) -> jedis.keys("sprocket:*"));
            assertThat(keys).hasSize(3);
        }
    }
}

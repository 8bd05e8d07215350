package dev.sprocket.cluster.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Notice;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.embedded.RedisSentinel;

/** A failover by Sentinel. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
@Timeout(180)
class SentinelTest {
    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            SpinWait.once();
            Thread.sleep(5);
        }
    }

    @Test
    void failover_to_a_current_replica_loses_nothing() throws Exception {
        int sentinelPort = TestRedis.freePort();
        try (TestRedis primary = TestRedis.start();
                TestRedis replica = TestRedis.start("replicaof 127.0.0.1 " + primary.port())) {
            await(() -> replica.command(jedis -> jedis.info("replication")).contains("master_link_status:up"));
            RedisSentinel sentinel = sentinel(sentinelPort, primary);
            sentinel.start();
            RedisEngine engine = engine(sentinelPort, Duration.ofMillis(200));
            List<String> heard = new CopyOnWriteArrayList<>();
            try (ClusterNode node = ClusterNode.builder(engine).name("a").start()) {
                await(() -> node.state() == Engine.State.UP);
                Topic topic = new Topics(any -> TopicSettings.DEFAULT.history(100, Duration.ofHours(1)), node.log())
                        .topic("log");
                topic.subscribe(listener(heard), null, Gap.Action.NONE)
                        .toCompletableFuture()
                        .get(60, SECONDS);
                for (int i = 0; i < 10; i++) {
                    var unused =
                            topic.publish(Event.of(i)).toCompletableFuture().get(60, SECONDS);
                }
                primary.command(jedis -> jedis.waitReplicas(1, 10_000));
                primary.signal("KILL", primary.pid());
                await(() -> node.statistics().continuityLost().get(Engine.Cause.SERVER_CHANGED) > 0);
                await(() -> node.state() == Engine.State.UP);
                var position = topic.publish(Event.of(10))
                        .toCompletableFuture()
                        .get(60, SECONDS)
                        .position();
                assertThat(position.offset()).isEqualTo(11);
                await(() -> heard.size() >= 11);
                assertThat(heard).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
            } finally {
                sentinel.stop();
            }
        }
    }

    @Test
    void planned_failover_moves_nodes_with_the_next_probe() throws Exception {
        assertMoves(Duration.ofMillis(200));
    }

    @Test
    void planned_failover_moves_nodes_that_listen_to_sentinel() throws Exception {
        assertMoves(Duration.ofHours(1));
    }

    /** An old primary that is not demoted accepts what nobody will ever read. */
    private static void assertMoves(Duration probeInterval) throws Exception {
        int sentinelPort = TestRedis.freePort();
        try (TestRedis primary = TestRedis.start("rename-command REPLICAOF \"\"", "rename-command SLAVEOF \"\"");
                TestRedis replica = TestRedis.start("replicaof 127.0.0.1 " + primary.port())) {
            await(() -> replica.command(jedis -> jedis.info("replication")).contains("master_link_status:up"));
            RedisSentinel sentinel = sentinel(sentinelPort, primary);
            sentinel.start();
            try (Jedis asked = new Jedis("127.0.0.1", sentinelPort);
                    ClusterNode node = ClusterNode.builder(engine(sentinelPort, probeInterval))
                            .name("a")
                            .start()) {
                await(() -> node.state() == Engine.State.UP);
                await(() -> failover(asked));
                await(() -> listens(replica, "sprocket:0:n:a"));
                await(() -> node.state() == Engine.State.UP);
                Topic topic = new Topics(any -> TopicSettings.DEFAULT.history(100, Duration.ofHours(1)), node.log())
                        .topic("log");
                var unused = topic.publish(Event.of(1)).toCompletableFuture().get(60, SECONDS);
                boolean isStored = replica.command(jedis -> jedis.exists("sprocket:log:log"));
                assertThat(isStored).isTrue();
                String old = primary.command(jedis -> jedis.info("replication"));
                assertThat(old).contains("role:master");
            } finally {
                sentinel.stop();
            }
        }
    }

    private static boolean failover(Jedis sentinel) {
        try {
            return sentinel.sentinelFailover("main").equals("OK");
        } catch (JedisDataException e) {
            return false; // it does not know the replica yet
        }
    }

    private static boolean listens(TestRedis redis, String channel) {
        try {
            return redis.command(jedis -> jedis.pubsubChannels(channel)).contains(channel);
        } catch (JedisConnectionException e) {
            return false; // Sentinel closes all connections of a server that it promotes
        }
    }

    private static RedisSentinel sentinel(int port, TestRedis primary) throws IOException {
        return RedisSentinel.newRedisSentinel()
                .port(port)
                .masterPort(primary.port())
                .masterName("main")
                .quorumSize(1)
                .downAfterMilliseconds(500L)
                .failOverTimeout(3000L)
                .parallelSyncs(1)
                .bind("127.0.0.1")
                .build();
    }

    private static RedisEngine engine(int sentinelPort, Duration probeInterval) {
        return RedisEngine.builder("redis-sentinel://127.0.0.1:" + sentinelPort + "#main")
                .timeout(Duration.ofSeconds(1))
                .probeInterval(probeInterval)
                .build();
    }

    private static Subscriber listener(List<String> heard) {
        return Subscriber.of("s", Runnable::run, new Subscriber.Listener() {
            @Override
            public void onEvent(String topic, Event event) {
                heard.add(event.json());
            }

            @Override
            public void onNotice(Notice notice) {
                if (notice instanceof Notice.Missed missed) {
                    heard.add("gap " + missed.gap().reason());
                }
            }
        });
    }
}

package dev.sprocket.checks.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.redis.RedisEngine;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscribed;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.embedded.RedisServer;

/** Heap of a topic of a node with Redis, compared with a single server. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class ClusterMemoryTest {
    private static final int LIMIT = 64;
    /** Topics that are subscribed first, so that shared objects exist. */
    private static final int FIRST = 100;

    private static RedisServer redis;
    private static int port;

    @BeforeAll
    static void startRedis() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        redis = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
        redis.start();
    }

    @AfterAll
    static void stopRedis() throws IOException {
        redis.stop();
    }

    // the numbers of topics are on both sides of the growth of a table
    @ParameterizedTest
    @CsvSource({"5000, 0", "6500, 0", "8000, 0", "5000, 10", "6500, 10", "8000, 10"})
    void topic_of_a_node_costs_at_most_64_bytes_more(int count, int history) throws Exception {
        TopicSettings settings =
                history == 0 ? TopicSettings.DEFAULT : TopicSettings.DEFAULT.history(history, Duration.ofHours(1));
        Topics single = new Topics(id -> settings);
        long alone = bytesPerTopic(single, single, count);

        RedisEngine engine = RedisEngine.builder("redis://127.0.0.1:" + port)
                .probeInterval(Duration.ofHours(1))
                .timeout(Duration.ofSeconds(20))
                .build();
        ClusterNode.Builder builder = ClusterNode.builder(engine).name("n" + count + "-" + history);
        try (ClusterNode node = builder.patience(Duration.ofSeconds(60)).start()) {
            while (node.state() != Engine.State.UP) {
                SpinWait.once();
            }
            Topics shared = new Topics(id -> settings, node.log());
            assertThat(bytesPerTopic(List.of(shared, node), shared, count))
                    .as("a topic of a single server: %s", alone)
                    .isLessThanOrEqualTo(alone + LIMIT);
            assertThat(node.statistics().topics()).isEqualTo(FIRST + count + 2);
        }
    }

    private static long bytesPerTopic(Object root, Topics topics, int count) throws Exception {
        Subscriber subscriber = Subscriber.of("subscriber", Runnable::run, (topic, event) -> {});
        subscribe(topics, subscriber, 0, FIRST);
        ObjectGraph before = ObjectGraph.from(root, Void.class);
        subscribe(topics, subscriber, FIRST, FIRST + count);
        ObjectGraph after = ObjectGraph.from(root, Void.class);
        return ObjectSizes.total(after.without(before))
                        .minus(ObjectSizes.total(before.without(after)))
                        .bytes()
                / count;
    }

    private static void subscribe(Topics topics, Subscriber subscriber, int from, int to) throws Exception {
        List<CompletableFuture<Subscribed>> pending = new ArrayList<>();
        for (int i = from; i < to; i++) {
            pending.add(topics.topic("com.example.topic." + i)
                    .subscribe(subscriber, (Position) null)
                    .toCompletableFuture());
        }
        for (CompletableFuture<Subscribed> each : pending) {
            each.get(60, TimeUnit.SECONDS);
        }
        // a node subscribes in order, so what it does after it has completed the others is over
        var unused = topics.topic("last." + to)
                .subscribe(subscriber, (Position) null)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }
}

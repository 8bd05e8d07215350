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
import dev.sprocket.pubsub.Notice;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;

/** Two nodes at one Redis that fails. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
@Timeout(120)
class RedisFailureTest {
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private TestRedis redis;

    /** Node whose topics that begin with {@code log} have a history. */
    private final class Node implements AutoCloseable {
        final ClusterNode node;
        final Topics topics;
        final List<String> heard = new CopyOnWriteArrayList<>();

        Node(String name, String uri) throws InterruptedException {
            this(
                    name,
                    RedisEngine.builder(uri)
                            .timeout(SHORT)
                            .probeInterval(Duration.ofMillis(100))
                            .build());
            await(() -> node.state() == Engine.State.UP);
        }

        Node(String name, RedisEngine engine) {
            node = ClusterNode.builder(engine).name(name).tailCheck(SHORT).start();
            topics = new Topics(
                    topic -> topic.startsWith("log")
                            ? TopicSettings.DEFAULT.history(100, Duration.ofHours(1))
                            : TopicSettings.DEFAULT,
                    node.log());
        }

        void subscribe(String topic) throws Exception {
            var followed = topic.startsWith("log")
                    ? node.log().follow(topic)
                    : node.log().listen(topic);
            followed.toCompletableFuture().get(60, SECONDS);
            topics.topic(topic).subscribe(Subscriber.of("s", executor, new Subscriber.Listener() {
                @Override
                public void onEvent(String from, Event event) {
                    heard.add(event.json());
                }

                @Override
                public void onNotice(Notice notice) {
                    if (notice instanceof Notice.Missed missed) {
                        heard.add("gap " + missed.gap().reason());
                    }
                }
            }));
        }

        CompletableFuture<Published> publish(String topic, int number) {
            return topics.topic(topic).publish(Event.of(number)).toCompletableFuture();
        }

        void awaitHeard(String... expected) throws InterruptedException {
            await(() -> heard.size() >= expected.length);
            assertThat(heard).containsExactly(expected);
        }

        @Override
        public void close() {
            node.close();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            SpinWait.once();
            Thread.sleep(1);
        }
    }

    @BeforeEach
    void start() throws IOException {
        redis = TestRedis.start();
    }

    @AfterEach
    void stop() throws IOException {
        redis.close();
        executor.shutdown();
    }

    @Test
    void server_that_returns_empty_is_told_as_gap() throws Exception {
        try (Node a = new Node("a", redis.uri());
                Node b = new Node("b", redis.uri())) {
            a.subscribe("log");
            b.subscribe("log");
            b.subscribe("plain");
            a.publish("log", 1).get(60, SECONDS);
            b.awaitHeard("1");
            redis.signal("KILL", redis.pid());
            await(() -> a.node.state() == Engine.State.AWAY && b.node.state() == Engine.State.AWAY);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> a.publish("log", 2).get(60, SECONDS))
                    .withCauseInstanceOf(UnavailableException.class);
            redis.restart();
            await(() -> a.node.state() == Engine.State.UP && b.node.state() == Engine.State.UP);
            a.awaitHeard("1", "gap unknown");
            b.awaitHeard("1", "gap unknown");
            a.publish("log", 3).get(60, SECONDS);
            b.awaitHeard("1", "gap unknown", "3");
            a.publish("plain", 4).get(60, SECONDS);
            b.awaitHeard("1", "gap unknown", "3", "4");
            a.awaitHeard("1", "gap unknown", "3");
        }
    }

    @Test
    void stopped_server_is_found_and_continues_without_a_gap() throws Exception {
        try (Node a = new Node("a", redis.uri());
                Node b = new Node("b", redis.uri())) {
            a.subscribe("log");
            b.subscribe("log");
            a.publish("log", 1).get(60, SECONDS);
            b.awaitHeard("1");
            long pid = redis.pid();
            redis.signal("STOP", pid);
            try {
                await(() -> a.node.state() == Engine.State.AWAY && b.node.state() == Engine.State.AWAY);
                assertThat(a.publish("log", 2)).isCompletedExceptionally();
            } finally {
                redis.signal("CONT", pid);
            }
            await(() -> a.node.state() == Engine.State.UP && b.node.state() == Engine.State.UP);
            a.publish("log", 3).get(60, SECONDS);
            b.awaitHeard("1", "3");
            a.awaitHeard("1", "3");
        }
    }

    @Test
    void event_on_its_way_to_a_stopped_server_fails() throws Exception {
        try (Node a = new Node("a", redis.uri())) {
            long pid = redis.pid();
            redis.signal("STOP", pid);
            try {
                CompletableFuture<Published> onItsWay = a.publish("log", 1);
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> onItsWay.get(60, SECONDS))
                        .withCauseInstanceOf(UnavailableException.class);
                assertThat(a.node.statistics().pendingBytes()).isZero();
            } finally {
                redis.signal("CONT", pid);
            }
        }
    }

    @Test
    void killed_subscriptions_return_without_a_gap() throws Exception {
        try (Node a = new Node("a", redis.uri());
                Node b = new Node("b", redis.uri())) {
            b.subscribe("log");
            String[] expected = new String[50];
            for (int i = 0; i < 50; i++) {
                expected[i] = "" + i;
                a.publish("log", i).get(60, SECONDS);
                if (i % 20 == 10) {
                    redis.command(jedis -> jedis.sendCommand(Protocol.Command.CLIENT, "KILL", "TYPE", "pubsub"));
                }
            }
            b.awaitHeard(expected);
            assertThat(b.node.statistics().gaps()).isZero();
            await(() -> b.node.statistics().continuityLost().get(Engine.Cause.RECONNECTED) > 0);
        }
    }

    @Test
    void flushed_server_is_told_as_a_gap() throws Exception {
        try (Node a = new Node("a", redis.uri());
                Node b = new Node("b", redis.uri())) {
            b.subscribe("log");
            a.publish("log", 1).get(60, SECONDS);
            b.awaitHeard("1");
            redis.command(jedis -> jedis.flushAll());
            b.awaitHeard("1", "gap unknown");
            a.publish("log", 2).get(60, SECONDS);
            b.awaitHeard("1", "gap unknown", "2");
        }
    }

    @Test
    void deaf_node_hears_again_without_a_gap() throws Exception {
        try (StallProxy proxy = new StallProxy(redis.port());
                Node a = new Node("a", redis.uri());
                Node b = new Node(
                        "b",
                        RedisEngine.builder("redis://127.0.0.1:" + proxy.port())
                                .timeout(Duration.ofSeconds(3))
                                .probeInterval(Duration.ofMillis(100))
                                .build())) {
            await(() -> b.node.state() == Engine.State.UP);
            b.subscribe("log");
            a.publish("log", 1).get(60, SECONDS);
            b.awaitHeard("1");
            int before = proxy.accepted();
            proxy.stallNewest(); // the connection of the subscriptions is opened after that of the commands
            a.publish("log", 2).get(60, SECONDS);
            await(() -> b.node.statistics().continuityLost().get(Engine.Cause.DEAF) > 0);
            assertThat(proxy.accepted()).isGreaterThan(before);
            b.awaitHeard("1", "2");
            a.publish("log", 3).get(60, SECONDS);
            b.awaitHeard("1", "2", "3");
        }
    }

    @Test
    void forgotten_scripts_are_loaded_again() throws Exception {
        try (Node a = new Node("a", redis.uri())) {
            a.publish("log", 1).get(60, SECONDS);
            redis.command(jedis -> jedis.scriptFlush());
            assertThat(a.publish("log", 2).get(60, SECONDS).position().offset()).isEqualTo(2);
        }
    }

    @Test
    void order_holds_while_scripts_are_forgotten() throws Exception {
        try (Node a = new Node("a", redis.uri())) {
            a.subscribe("log");
            String[] expected = new String[500];
            CompletableFuture<?>[] all = new CompletableFuture<?>[expected.length];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = "" + i;
                all[i] = a.publish("log", i);
                if (i % 100 == 50) {
                    redis.command(jedis -> jedis.scriptFlush());
                }
            }
            CompletableFuture.allOf(all).get(60, SECONDS);
            a.awaitHeard(expected);
        }
    }

    @Test
    void flood_beyond_the_output_buffer_is_recovered() throws Exception {
        redis.command(jedis -> jedis.configSet("client-output-buffer-limit", "pubsub 65536 65536 1"));
        try (Node a = new Node("a", redis.uri());
                Node b = new Node("b", redis.uri())) {
            b.subscribe("log");
            b.subscribe("plain");
            a.publish("log", 0).get(60, SECONDS);
            b.awaitHeard("0");
            byte[] channel = "sprocket:0:t:plain".getBytes(StandardCharsets.UTF_8);
            byte[] large = new byte[1 << 20];
            redis.command(jedis -> {
                Pipeline pipeline = jedis.pipelined();
                for (int i = 0; i < 50; i++) {
                    pipeline.publish(channel, large);
                }
                pipeline.sync();
                return null;
            });
            await(() -> b.node.statistics().continuityLost().get(Engine.Cause.RECONNECTED) > 0);
            a.publish("log", 1).get(60, SECONDS);
            b.awaitHeard("0", "1");
            await(() -> b.node.state() == Engine.State.UP);
        }
    }

    @Test
    void subscription_that_is_not_confirmed_makes_the_node_deaf() throws Exception {
        try (StallProxy proxy = new StallProxy(redis.port());
                Node a = new Node("a", redis.uri());
                Node b = new Node(
                        "b",
                        RedisEngine.builder("redis://127.0.0.1:" + proxy.port())
                                .timeout(SHORT)
                                .probeInterval(Duration.ofMillis(100))
                                .build())) {
            await(() -> b.node.state() == Engine.State.UP);
            proxy.loseRequestsOfNewest(); // what Redis sends still arrives, the probes too
            b.subscribe("log");
            assertThat(b.node.statistics().continuityLost().get(Engine.Cause.DEAF))
                    .isPositive();
            a.publish("log", 1).get(60, SECONDS);
            b.awaitHeard("1");
        }
    }

    @Test
    void connections_to_a_silent_server_are_closed() throws Exception {
        try (StallProxy proxy = new StallProxy(redis.port())) {
            proxy.stallAll();
            RedisEngine engine = RedisEngine.builder("redis://127.0.0.1:" + proxy.port())
                    .timeout(Duration.ofMillis(50))
                    .build();
            try (Node a = new Node("a", engine)) {
                await(() -> proxy.accepted() >= 8);
                await(() -> proxy.open() < 4);
                assertThat(a.node.state()).isEqualTo(Engine.State.AWAY);
            }
        }
    }

    @Test
    void foreign_messages_on_own_channels_do_no_harm() throws Exception {
        try (Node a = new Node("a", redis.uri())) {
            a.subscribe("plain");
            a.subscribe("log");
            redis.command(jedis -> {
                for (String channel : jedis.pubsubChannels("sprocket:*")) {
                    jedis.publish(channel, "");
                    jedis.publish(channel, "99999999999999999999");
                    jedis.publish(channel, "\u0001\u0001");
                }
                return null;
            });
            a.publish("log", 1).get(60, SECONDS);
            await(() -> a.heard.contains("1"));
            assertThat(a.node.state()).isEqualTo(Engine.State.UP);
        }
    }

    @Test
    void node_starts_while_the_server_is_away() throws Exception {
        redis.signal("KILL", redis.pid());
        RedisEngine engine = RedisEngine.builder(redis.uri()).timeout(SHORT).build();
        try (Node a = new Node("a", engine)) {
            assertThat(a.publish("log", 1)).isCompletedExceptionally();
            a.topics.topic("plain").subscribe(Subscriber.of("s", executor, (topic, event) -> a.heard.add(topic)));
            var unused = a.publish("plain", 1);
            a.awaitHeard("plain");
            var followed = a.node.log().follow("log").toCompletableFuture();
            redis.restart();
            assertThat(followed.get(60, SECONDS).offset()).isZero();
            await(() -> a.node.state() == Engine.State.UP);
            a.publish("log", 2).get(60, SECONDS);
        }
    }

    @Test
    void replica_is_refused_with_a_sentence() throws Exception {
        int other = TestRedis.freePort();
        redis.command(jedis -> jedis.slaveof("127.0.0.1", other));
        try (LogLines lines = LogLines.record(() -> {});
                Node a = new Node(
                        "a",
                        RedisEngine.builder(redis.uri()).timeout(TestRedis.LONG).build())) {
            await(() -> !lines.containing("Redis is a replica (expected: the primary")
                    .isEmpty());
            assertThat(a.node.state()).isEqualTo(Engine.State.AWAY);
            redis.command(jedis -> jedis.slaveofNoOne());
            await(() -> a.node.state() == Engine.State.UP);
        }
    }

    @Test
    void password_is_never_shown() throws Exception {
        redis.command(jedis -> jedis.configSet("requirepass", "right"));
        try (LogLines lines = LogLines.record(() -> {})) {
            RedisEngine engine = RedisEngine.builder("redis://:s3cret@127.0.0.1:" + redis.port())
                    .timeout(TestRedis.LONG)
                    .build();
            try (Node a = new Node("a", engine)) {
                await(() -> !lines.containing("WRONGPASS").isEmpty());
                assertThat(a.node.state()).isEqualTo(Engine.State.AWAY);
            }
            assertThat(lines.containing("s3cret")).isEmpty();
            assertThat(engine.toString()).isEqualTo("127.0.0.1:" + redis.port());
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisEngine.builder("http://:s3cret@localhost"))
                .withMessageNotContaining("s3cret")
                .withNoCause();
    }
}

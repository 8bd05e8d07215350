package dev.sprocket.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

import dev.sprocket.cluster.memory.MemoryEngine;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.NameInUseException;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.pubsub.EventLog.Subscribers;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.ArgumentCaptor;

/** Nodes of one process that know each other. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
final class ClusterNodeTest {
    private final MemoryHub hub = new MemoryHub();

    /** Node with topics. */
    private final class Server implements AutoCloseable {
        final MemoryEngine engine = hub.engine();
        final ClusterNode node;
        final Topics topics;

        Server(String name) {
            node = ClusterNode.builder(engine)
                    .name(name)
                    .about("about " + name)
                    .beat(Duration.ofMillis(50))
                    .lease(Duration.ofMinutes(1))
                    .build();
            topics = new Topics(id -> TopicSettings.DEFAULT, node.log());
            node.start();
        }

        void subscribe(String... ids) {
            for (String id : ids) {
                assertThat(topics.topic(id).subscribe(Subscriber.of(id, Runnable::run, (topic, event) -> {})))
                        .isTrue();
            }
        }

        Subscribers count(MatchPolicy match, String text) throws Exception {
            return topics.log()
                    .subscribers(match, text, 1000)
                    .toCompletableFuture()
                    .get(60, SECONDS);
        }

        @Override
        public void close() {
            node.close();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            SpinWait.once();
        }
    }

    @Test
    void closed_node_passes_over_what_its_engine_says() throws Exception {
        MemoryEngine engine = spy(hub.engine());
        ClusterNode node = ClusterNode.builder(engine).start();
        ArgumentCaptor<Engine.Listener> listener = ArgumentCaptor.forClass(Engine.Listener.class);
        verify(engine).start(any(), listener.capture());
        node.close();
        await(node::isTerminated);

        Engine.Listener closed = listener.getValue();
        closed.onEvent("topic", new byte[1]);
        closed.onFrame(new byte[] {1});
        closed.onState(Engine.State.UP, "returned");
        closed.onContinuityLost(null, Engine.Cause.DROPPED);
    }

    @Test
    void nodes_list_each_other_until_one_closes() throws Exception {
        try (Server a = new Server("a")) {
            try (Server b = new Server("b")) {
                b.node.joined().toCompletableFuture().get(60, SECONDS);
                await(() -> a.node.nodes().size() == 2 && b.node.nodes().size() == 2);
                assertThat(a.node.nodes())
                        .isEqualTo(Map.of(a.node.id(), "about a", b.node.id(), "about b"))
                        .isEqualTo(b.node.nodes());
            }
            await(() -> a.node.nodes().size() == 1);
        }
    }

    @Test
    void second_node_of_a_name_is_refused() throws Exception {
        try (Server a = new Server("a")) {
            a.node.joined().toCompletableFuture().get(60, SECONDS);
            try (Server same = new Server("a")) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(
                                () -> same.node.joined().toCompletableFuture().get(60, SECONDS))
                        .withCauseInstanceOf(NameInUseException.class);
            }
            assertThat(a.node.nodes()).containsOnlyKeys(a.node.id());
        }
    }

    @Test
    void subscribers_are_counted_over_nodes() throws Exception {
        try (Server a = new Server("a");
                Server b = new Server("b");
                Server c = new Server("c")) {
            await(() -> a.node.nodes().size() == 3);
            a.subscribe("news.a");
            b.subscribe("news.a", "news.b", "other");
            c.subscribe("news.a");
            assertThat(a.count(MatchPolicy.PREFIX, "news."))
                    .isEqualTo(new Subscribers(Map.of("news.a", 2, "news.b", 1), 2, 2));
            assertThat(a.count(MatchPolicy.EXACT, "other")).isEqualTo(new Subscribers(Map.of("other", 1), 2, 2));
            assertThat(a.count(MatchPolicy.EXACT, "news")).isEqualTo(new Subscribers(Map.of(), 2, 2));
            c.engine.dropSilently(true);
            assertThat(a.count(MatchPolicy.EXACT, "news.a")).isEqualTo(new Subscribers(Map.of("news.a", 1), 2, 1));
            a.engine.disconnect();
            assertThat(a.count(MatchPolicy.EXACT, "news.a")).isEqualTo(new Subscribers(Map.of(), 2, 0));
        }
    }

    @Test
    void settings_out_of_range_are_refused() {
        ClusterNode.Builder builder = ClusterNode.builder(hub.engine());
        for (Consumer<ClusterNode.Builder> wrong : List.<Consumer<ClusterNode.Builder>>of(
                one -> one.maxRingBytes(-1),
                one -> one.maxPendingBytes(-1),
                one -> one.patience(Duration.ZERO),
                one -> one.tailCheck(Duration.ofNanos(1)),
                one -> one.readyGrace(Duration.ofMillis(-1)))) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> wrong.accept(builder))
                    .withMessageContaining("expected: ");
        }
    }
}

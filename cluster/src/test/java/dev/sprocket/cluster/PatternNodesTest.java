package dev.sprocket.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.cluster.memory.MemoryEngine;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Patterns of nodes that know each other by their directory. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PatternNodesTest {
    private static final int WAIT_SECONDS = 30;

    private final MemoryHub hub = new MemoryHub();
    private final List<ClusterNode> started = new ArrayList<>();

    /** Node with topics: those that begin with {@code log} have a history. */
    private final class Node {
        final MemoryEngine engine = hub.engine();
        final ClusterNode node;
        final Topics topics;

        Node(String name) {
            node = ClusterNode.builder(engine).name(name).start();
            started.add(node);
            topics = new Topics(
                    topic -> topic.startsWith("log")
                            ? TopicSettings.DEFAULT.history(100, Duration.ofHours(1))
                            : TopicSettings.DEFAULT,
                    node.log());
        }

        Node joined() {
            get(node.joined());
            return this;
        }

        BlockingQueue<String> subscribe(MatchPolicy match, String pattern) {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            get(topics.pattern(match, pattern)
                    .subscribe(Subscriber.of("s", Runnable::run, (topic, event) -> heard.add(event.json())), null));
            return heard;
        }

        void publish(String topic, int number) {
            var unused = topics.topic(topic).by(this).publish(Event.of(number));
        }
    }

    @CanIgnoreReturnValue
    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(WAIT_SECONDS, SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> take(BlockingQueue<String> queue, int count) throws InterruptedException {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(queue.poll(WAIT_SECONDS, SECONDS));
        }
        return taken;
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    @AfterEach
    void close() {
        started.forEach(ClusterNode::close);
    }

    @Test
    void complete_subscription_hears_all_other_nodes() throws Exception {
        Node a = new Node("a").joined();
        Node b = new Node("b").joined();
        Node c = new Node("c").joined();
        BlockingQueue<String> prefix = a.subscribe(MatchPolicy.PREFIX, "log.");
        BlockingQueue<String> wildcard = a.subscribe(MatchPolicy.WILDCARD, ".x");
        for (int i = 0; i < 20; i++) {
            b.publish(i % 2 == 0 ? "log.x" : "plain.x", i);
        }
        assertThat(take(wildcard, 20)).isEqualTo(numbers(0, 20));
        for (int i = 0; i < 10; i++) {
            c.publish("log.y", i);
        }
        assertThat(take(prefix, 20).subList(10, 20)).isEqualTo(numbers(0, 10));
        assertThat(wildcard).isEmpty();
    }

    @Test
    void node_that_has_just_joined_is_heard() throws Exception {
        Node a = new Node("a").joined();
        BlockingQueue<String> heard = a.subscribe(MatchPolicy.PREFIX, "plain.");
        new Node("b").publish("plain.1", 1);
        assertThat(take(heard, 1)).containsExactly("1");
    }

    @Test
    void local_pattern_does_not_wait_for_an_absent_engine() throws Exception {
        Node a = new Node("a").joined();
        a.engine.disconnect();
        Node b = new Node("b").joined();
        BlockingQueue<String> heard = a.subscribe(MatchPolicy.PREFIX, "plain.");
        a.publish("plain.1", 0);
        assertThat(take(heard, 1)).containsExactly("0");
        a.engine.reconnect();
        while (heard.isEmpty()) { // until the other node knows the pattern
            b.publish("plain.1", 1);
            Thread.sleep(20);
        }
        assertThat(take(heard, 1)).containsExactly("1");
    }
}

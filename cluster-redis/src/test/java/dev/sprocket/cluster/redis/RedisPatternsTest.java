package dev.sprocket.cluster.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Patterns of two nodes at one Redis. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
final class RedisPatternsTest {
    private static final int WAIT_SECONDS = 60;

    private TestRedis redis;
    private ClusterNode a;
    private ClusterNode b;
    private Topics atA;
    private Topics atB;

    @BeforeEach
    void start() throws IOException {
        redis = TestRedis.start();
        a = node("a");
        b = node("b");
        atA = topics(a);
        atB = topics(b);
    }

    @AfterEach
    void stop() throws IOException {
        a.close();
        b.close();
        redis.close();
    }

    private ClusterNode node(String name) {
        ClusterNode node = ClusterNode.builder(
                        RedisEngine.builder(redis.uri()).timeout(TestRedis.LONG).build())
                .name(name)
                .start();
        get(node.joined());
        return node;
    }

    private static Topics topics(ClusterNode node) {
        return new Topics(
                topic -> topic.startsWith("log")
                        ? TopicSettings.DEFAULT.history(1000, Duration.ofHours(1))
                        : TopicSettings.DEFAULT,
                node.log());
    }

    @CanIgnoreReturnValue
    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(WAIT_SECONDS, SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static BlockingQueue<String> subscribe(Topics topics, MatchPolicy match, String name) {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Subscriber subscriber = Subscriber.of("s", Runnable::run, (topic, event) -> heard.add(event.json()));
        get(topics.pattern(match, name).subscribe(subscriber, null));
        return heard;
    }

    private static List<String> take(BlockingQueue<String> queue, int count) throws InterruptedException {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(queue.poll(WAIT_SECONDS, SECONDS));
        }
        return taken;
    }

    @Test
    void patterns_hear_alternating_topics_in_order() throws Exception {
        List<BlockingQueue<String>> all = List.of(
                subscribe(atB, MatchPolicy.WILDCARD, ".x"),
                subscribe(atB, MatchPolicy.WILDCARD, "."),
                subscribe(atA, MatchPolicy.WILDCARD, ".x"));
        BlockingQueue<String> prefix = subscribe(atB, MatchPolicy.PREFIX, "log.");
        BlockingQueue<String> exact = subscribe(atB, MatchPolicy.EXACT, "log.x");
        List<CompletionStage<Published>> published = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            published.add(
                    atA.topic(i % 3 == 0 ? "log.x" : "plain.x").by("publisher").publish(Event.of(i)));
        }
        published.forEach(RedisPatternsTest::get);
        List<String> numbers =
                IntStream.range(0, 500).mapToObj(Integer::toString).toList();
        for (BlockingQueue<String> one : all) {
            assertThat(take(one, 500)).isEqualTo(numbers);
        }
        List<String> logged = IntStream.range(0, 500)
                .filter(i -> i % 3 == 0)
                .mapToObj(Integer::toString)
                .toList();
        assertThat(take(prefix, logged.size())).isEqualTo(logged);
        assertThat(take(exact, logged.size())).isEqualTo(logged);
        assertThat(all).allMatch(BlockingQueue::isEmpty);
    }

    @Test
    void pattern_is_heard_again_after_redis_was_restarted_empty() throws Exception {
        BlockingQueue<String> heard = subscribe(atB, MatchPolicy.PREFIX, "plain.");
        redis.restart();
        while (heard.isEmpty()) { // until both nodes are connected again
            atA.topic("plain.1").broadcast(Event.of(1));
            Thread.sleep(50);
        }
        assertThat(take(heard, 1)).containsExactly("1");
    }
}

package dev.sprocket.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.cluster.memory.MemoryEngine;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.Envelope;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Notice;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.pattern.HistoryPatterns;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gaps of patterns that nodes tell when they may have missed events. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
final class PatternGapsTest {
    private static final int WAIT_SECONDS = 30;

    private final MemoryHub hub = new MemoryHub();
    private final List<ClusterNode> started = new ArrayList<>();

    /** Settings with a history for topics that begin with {@code log}. */
    private static final class Settings implements Function<String, TopicSettings>, HistoryPatterns {
        @Override
        public TopicSettings apply(String topic) {
            return topic.startsWith("log")
                    ? TopicSettings.DEFAULT.history(100, Duration.ofHours(1))
                    : TopicSettings.DEFAULT;
        }

        @Override
        public boolean mayKeep(MatchPolicy match, String pattern) {
            String beginning = match.literalPrefix(pattern);
            return beginning.startsWith("log") || "log".startsWith(beginning);
        }
    }

    private final class Node {
        final MemoryEngine engine = hub.engine();
        final ClusterNode node;
        final Topics topics;

        Node(String name) {
            this(name, Duration.ofHours(1));
        }

        Node(String name, Duration lease) {
            node = ClusterNode.builder(engine)
                    .name(name)
                    .beat(lease.dividedBy(10))
                    .lease(lease)
                    .build();
            topics = new Topics(new Settings(), node.log());
            started.add(node);
            node.start();
            get(node.joined());
        }

        /** Subscribes, and waits until all nodes know the pattern. */
        BlockingQueue<String> subscribe(MatchPolicy match, String pattern) throws InterruptedException {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            get(topics.pattern(match, pattern)
                    .subscribe(
                            Subscriber.of("s", Runnable::run, new Subscriber.Listener() {
                                @Override
                                public void onEvent(String topic, Event event) {
                                    heard.add(event.json());
                                }

                                @Override
                                public void onNotice(Notice notice) {
                                    if (notice instanceof Notice.Missed missed) {
                                        heard.add(missed.gap().reason() + " " + notice.topic() + " "
                                                + missed.gap().from() + " " + notice.position());
                                    }
                                }
                            }),
                            null));
            while (node.log().isInDoubt(match, pattern)) { // on a busy machine
                SpinWait.once();
            }
            heard.clear();
            return heard;
        }

        void publish(String topic, int number) {
            get(topics.topic(topic).by(this).publish(Event.of(number)));
        }
    }

    private static String gap(String pattern) {
        return "unknown " + pattern + " null null";
    }

    @CanIgnoreReturnValue
    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(WAIT_SECONDS, SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String take(BlockingQueue<String> queue) throws InterruptedException {
        return String.valueOf(queue.poll(WAIT_SECONDS, SECONDS));
    }

    @AfterEach
    void close() {
        started.forEach(ClusterNode::close);
    }

    @Test
    void reconnect_is_told_once_before_the_next_event() throws Exception {
        Node a = new Node("a");
        Node b = new Node("b");
        BlockingQueue<String> prefix = a.subscribe(MatchPolicy.PREFIX, "lo");
        BlockingQueue<String> wildcard = a.subscribe(MatchPolicy.WILDCARD, ".x");
        BlockingQueue<String> plain = a.subscribe(MatchPolicy.PREFIX, "plain.");
        BlockingQueue<String> atB = b.subscribe(MatchPolicy.PREFIX, "log");
        a.engine.disconnect();
        b.publish("log.x", 1);
        a.engine.reconnect();
        assertThat(take(prefix)).isEqualTo(gap("lo"));
        assertThat(take(wildcard)).isEqualTo(gap(".x"));
        b.publish("log.x", 2);
        b.publish("plain.x", 3);
        assertThat(take(prefix)).isEqualTo("2");
        assertThat(take(wildcard)).isEqualTo("2");
        assertThat(take(wildcard)).isEqualTo("3");
        assertThat(take(plain)).isEqualTo("3");
        assertThat(List.of(take(atB), take(atB))).containsExactly("1", "2");
        assertThat(List.of(prefix, wildcard, plain, atB)).allMatch(BlockingQueue::isEmpty);
    }

    @Test
    void deaf_node_tells_when_it_hears() throws Exception {
        Node a = new Node("a");
        Node b = new Node("b");
        BlockingQueue<String> heard = a.subscribe(MatchPolicy.PREFIX, "log.");
        a.engine.deafen();
        b.publish("log.1", 1);
        a.engine.hear();
        assertThat(take(heard)).isEqualTo(gap("log."));
        b.publish("log.1", 2);
        assertThat(take(heard)).isEqualTo("2");
    }

    @Test
    void node_cut_off_tells_when_others_know_its_patterns() throws Exception {
        Node a = new Node("a", Duration.ofSeconds(1));
        Node b = new Node("b", Duration.ofSeconds(1));
        BlockingQueue<String> heard = a.subscribe(MatchPolicy.PREFIX, "log.");
        a.engine.disconnect();
        while (a.node.statistics().continuityLost().get(Engine.Cause.CUT_OFF) == 0
                || b.node.nodes().containsKey(a.node.id())) {
            SpinWait.once();
        }
        b.publish("log.1", 1);
        assertThat(heard).isEmpty();
        a.engine.reconnect();
        assertThat(take(heard)).isEqualTo(gap("log."));
        while (!heard.contains("2")) { // at once, unless a busy machine cuts a node off again
            b.publish("log.1", 2);
            SpinWait.once();
        }
        assertThat(heard).doesNotContain("1");
    }

    @Test
    void unreadable_frame_is_told_to_all_patterns() throws Exception {
        Node a = new Node("a");
        Node b = new Node("b");
        BlockingQueue<String> log = a.subscribe(MatchPolicy.PREFIX, "log.");
        BlockingQueue<String> plain = a.subscribe(MatchPolicy.PREFIX, "plain.");
        get(b.engine.send("a", new byte[] {Engine.EVENT_FRAME, 99}));
        assertThat(take(log)).isEqualTo(gap("log."));
        b.publish("plain.1", 1);
        assertThat(take(plain)).isEqualTo("1");
    }

    @Test
    void unreadable_event_is_told_to_patterns_of_its_topic() throws Exception {
        Node a = new Node("a");
        Node b = new Node("b");
        BlockingQueue<String> same = a.subscribe(MatchPolicy.PREFIX, "log.1");
        BlockingQueue<String> other = a.subscribe(MatchPolicy.PREFIX, "log.2");
        TopicSettings.History history = new TopicSettings.History(9, Duration.ofHours(1), 9999);
        get(b.engine.relay("log.2", newer(b, "log.2"))); // not for patterns
        get(b.engine.append("log.1", newer(b, "log.1"), history, List.of("a")));
        assertThat(take(same)).isEqualTo(gap("log.1"));
        b.publish("log.2", 1);
        assertThat(take(other)).isEqualTo("1");
    }

    /** Returns an envelope whose payload has a type that no node knows. */
    private static byte[] newer(Node from, String topic) {
        return Envelope.builder(from.node.id(), topic, 1, "newer", new byte[1])
                .build()
                .toBytes();
    }
}

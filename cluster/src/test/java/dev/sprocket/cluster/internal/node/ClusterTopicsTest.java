package dev.sprocket.cluster.internal.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.spy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.cluster.internal.pattern.OwnPatterns;
import dev.sprocket.cluster.internal.pattern.PatternEntry;
import dev.sprocket.cluster.memory.MemoryEngine;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.leaktest.InOrder;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Notice;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Topics of several nodes at an engine in memory, in one thread. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ClusterTopicsTest {
    /** Node with topics: those that begin with {@code log} have a history. Its patterns are known to all at once. */
    private final class Node implements OwnPatterns.Directory {
        final NodeId id;
        final MemoryEngine engine;
        final InOrder loop = new InOrder();
        final ClusterLog log;
        final Topics topics;

        Node(String name) {
            this(name, hub.engine());
        }

        Node(String name, MemoryEngine engine) {
            this.engine = engine;
            id = NodeId.start(name);
            log = new ClusterLog(engine, id, loop, 1 << 20, MAX_PENDING, Duration.ofMinutes(1));
            log.ownPatterns().connect(this);
            topics = new Topics(
                    topic -> topic.startsWith("log")
                            ? TopicSettings.DEFAULT.history(history, Duration.ofHours(1))
                            : TopicSettings.DEFAULT,
                    log);
            engine.start(id, log.listener());
        }

        private Stream<Node> otherNodes() {
            return Stream.of(a, b).filter(other -> other != this);
        }

        @Override
        public CompletionStage<Void> put(PatternEntry entry, long number) {
            otherNodes().forEach(other -> {
                other.log.patterns().add(id, entry);
                log.ownPatterns().onAcknowledged(other.id, number);
            });
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void remove(PatternEntry entry) {
            otherNodes().forEach(other -> other.log.patterns().remove(id, entry));
        }

        @Override
        public Set<NodeId> others() {
            return otherNodes().map(other -> other.id).collect(Collectors.toSet());
        }

        @Override
        public boolean isReachable() {
            return engine.state() == Engine.State.UP;
        }

        @CanIgnoreReturnValue
        Reader subscribe(MatchPolicy match, String pattern) {
            Reader reader = new Reader();
            topics.pattern(match, pattern).subscribe(Subscriber.of("s" + readers++, Runnable::run, reader));
            return reader;
        }

        @CanIgnoreReturnValue
        List<String> subscribe(String topic) {
            Reader reader = new Reader();
            assertThat(topics.topic(topic).subscribe(Subscriber.of("s", Runnable::run, reader)))
                    .isTrue();
            return reader.heard;
        }

        @CanIgnoreReturnValue
        CompletableFuture<Published> publish(String topic, int number) {
            return topics.topic(topic).publish(Event.of(number)).toCompletableFuture();
        }
    }

    /** Notes what a subscriber is told. */
    private static final class Reader implements Subscriber.Listener {
        final List<String> heard = new ArrayList<>();
        final List<PublishedEvent> events = new ArrayList<>();
        final List<Gap> gaps = new ArrayList<>();

        @Override
        public void onEvent(String topic, Event event) {
            heard.add(event.json());
        }

        @Override
        public void onPublished(PublishedEvent event) {
            events.add(event);
            onEvent(event.topic(), event.event());
        }

        @Override
        public void onNotice(Notice notice) {
            if (notice instanceof Notice.Missed missed) {
                gaps.add(missed.gap());
                heard.add("gap " + missed.gap().reason());
            }
        }
    }

    private static final long MAX_PENDING = 200_000;

    private int readers;
    private final Map<Node, List<Reader>> all = new HashMap<>();
    private int history = 100;
    private final MemoryHub hub = new MemoryHub();
    private final Node a = new Node("a");
    private final Node b = new Node("b");

    @Test
    void topic_with_log_has_one_order_on_all_nodes() {
        List<String> atA = a.subscribe("log");
        List<String> atB = b.subscribe("log");
        for (int i = 0; i < 10; i++) {
            Published published = (i % 2 == 0 ? a : b).publish("log", i).join();
            assertThat(published.subscribers()).isEqualTo(1);
        }
        assertThat(atA)
                .isEqualTo(IntStream.range(0, 10).mapToObj(i -> "" + i).toList())
                .isEqualTo(atB);
    }

    @Test
    void topic_without_log_is_delivered_once_on_each_node() {
        List<String> atA = a.subscribe("plain");
        List<String> atB = b.subscribe("plain");
        assertThat(a.publish("plain", 1).join()).isEqualTo(new Published(null, 1));
        b.publish("plain", 2);
        assertThat(atA).containsExactly("1", "2");
        assertThat(atB).containsExactly("1", "2");
    }

    @Test
    void pattern_hears_other_nodes_in_order() {
        List<Reader> patterns = List.of(
                b.subscribe(MatchPolicy.PREFIX, "log"),
                b.subscribe(MatchPolicy.PREFIX, "log."),
                b.subscribe(MatchPolicy.WILDCARD, "."));
        Reader all = b.subscribe(MatchPolicy.WILDCARD, "log.");
        Reader atPublisher = a.subscribe(MatchPolicy.PREFIX, "log");
        for (int i = 0; i < 20; i++) {
            assertThat(a.publish(i % 3 == 0 ? "log." + i % 2 : "plain." + i % 2, i))
                    .isCompleted();
        }
        List<String> logged = IntStream.range(0, 20)
                .filter(i -> i % 3 == 0)
                .mapToObj(i -> "" + i)
                .toList();
        assertThat(patterns.get(0).heard).isEqualTo(logged);
        assertThat(patterns.get(1).heard).isEqualTo(logged);
        assertThat(patterns.get(2).heard)
                .isEqualTo(IntStream.range(0, 20).mapToObj(i -> "" + i).toList());
        assertThat(all.heard).isEqualTo(logged);
        assertThat(atPublisher.heard).isEqualTo(logged);
    }

    @Test
    void each_subscription_hears_an_event_once() {
        for (Node node : List.of(a, b)) {
            List<Reader> readers = new ArrayList<>();
            for (String topic : List.of("log.x", "plain.x")) {
                Reader exact = new Reader();
                node.topics.topic(topic).subscribe(Subscriber.of("e" + topic, Runnable::run, exact));
                readers.add(exact);
                for (int i = 1; i <= topic.length(); i++) {
                    readers.add(node.subscribe(MatchPolicy.PREFIX, topic.substring(0, i)));
                }
                readers.add(node.subscribe(MatchPolicy.WILDCARD, topic.replace("x", "")));
            }
            this.all.put(node, readers);
        }
        int inAll = this.all.values().stream().mapToInt(List::size).sum() / 2;
        for (Node publisher : List.of(a, b)) {
            int local = publisher.publish("log.x", 1).join().subscribers()
                    + publisher.publish("plain.x", 2).join().subscribers();
            assertThat(local).isEqualTo(inAll);
        }
        this.all.values().forEach(readers -> assertThat(readers)
                .allSatisfy(reader -> assertThat(reader.heard).isIn(List.of("1", "1"), List.of("2", "2"))));
        assertThat(a.log.counters().matched.sum()).isEqualTo(3);
    }

    @Test
    void own_logged_event_reaches_patterns_in_log_order() {
        Reader pattern = a.subscribe(MatchPolicy.PREFIX, "log");
        List<String> exact = a.subscribe("log");
        hub.stop();
        CompletableFuture<Published> first = b.publish("log", 1);
        CompletableFuture<Published> second = a.publish("log", 2);
        CompletableFuture<Published> behind = a.publish("plain", 3);
        assertThat(second).isNotDone();
        hub.resume();
        assertThat(first).isCompletedWithValueMatching(published -> published.subscribers() == 0);
        assertThat(second).isCompletedWithValueMatching(published -> published.subscribers() == 2);
        assertThat(behind).isCompleted();
        assertThat(pattern.heard).isEqualTo(exact);
        assertThat(pattern.events).extracting(PublishedEvent::position).doesNotContainNull();
    }

    @Test
    void unmatched_and_ended_patterns_are_sent_nothing() {
        Subscriber subscriber = Subscriber.of("p", Runnable::run, new Reader());
        b.topics.pattern(MatchPolicy.PREFIX, "x.").subscribe(subscriber);
        b.topics.pattern(MatchPolicy.PREFIX, "log").subscribe(subscriber);
        a.publish("plain", 1);
        assertThat(b.log.counters().matched.sum()).isZero();
        a.publish("log", 1);
        assertThat(b.log.counters().matched.sum()).isEqualTo(1);
        subscriber.unsubscribeAll();
        a.publish("log", 2);
        a.publish("x.1", 3);
        assertThat(b.log.counters().matched.sum()).isEqualTo(1);
        assertThat(a.log.patterns().size()).isZero();
    }

    @Test
    void node_without_known_patterns_sends_to_all() {
        Reader pattern = b.subscribe(MatchPolicy.WILDCARD, ".x");
        a.log.patterns().known(false);
        a.log.patterns().removeAll(b.id);
        a.publish("plain.x", 1);
        a.publish("log.x", 2);
        a.publish("plain.y", 3);
        assertThat(pattern.heard).containsExactly("1", "2");
        assertThat(a.subscribe(MatchPolicy.WILDCARD, ".x").heard).isEmpty();
        a.publish("plain.x", 4);
        assertThat(pattern.heard).containsExactly("1", "2", "4");
    }

    @Test
    void publication_id_and_audience_travel() {
        for (String topic : List.of("log", "plain")) {
            Reader atA = new Reader();
            Reader atB = new Reader();
            Reader excluded = new Reader();
            a.topics.topic(topic).subscribe(Subscriber.of("x", Runnable::run, atA));
            b.topics.topic(topic).subscribe(Subscriber.of("y", Runnable::run, atB));
            b.topics.topic(topic).subscribe(Subscriber.of("z", Runnable::run, excluded));
            var unused = a.topics.topic(topic).publish(Event.of(1), Audience.except("z"));
            long publication = atA.events.get(0).publication();
            assertThat(publication).isPositive();
            assertThat(atB.events.get(0).publication()).isEqualTo(publication);
            assertThat(atB.events.get(0).position()).isEqualTo(atA.events.get(0).position());
            assertThat(excluded.events).isEmpty();
        }
    }

    @Test
    void subscriber_recovers_on_another_node_from_its_ring() {
        List<String> live = b.subscribe("log");
        Position seen = a.publish("log", 1).join().position();
        a.publish("log", 2);
        a.publish("log", 3);
        long reads = b.log.counters().engineReads.sum();
        Reader returning = new Reader();
        assertThat(b.topics
                        .topic("log")
                        .subscribe(Subscriber.of("r", Runnable::run, returning), seen)
                        .toCompletableFuture()
                        .join()
                        .gap())
                .isNull();
        assertThat(returning.heard).containsExactly("2", "3");
        assertThat(b.log.counters().engineReads.sum()).isEqualTo(reads);
        a.publish("log", 4);
        assertThat(returning.heard).containsExactly("2", "3", "4");
        assertThat(live).containsExactly("1", "2", "3", "4");
    }

    @Test
    void subscriber_recovers_on_a_node_that_did_not_follow() {
        Position seen = a.publish("log", 1).join().position();
        a.publish("log", 2);
        Reader returning = new Reader();
        var unused = b.topics.topic("log").subscribe(Subscriber.of("r", Runnable::run, returning), seen);
        assertThat(returning.heard).containsExactly("2");
    }

    @Test
    void same_reads_of_the_engine_are_shared() {
        Position seen = a.publish("log", 1).join().position();
        a.publish("log", 2);
        hub.stop();
        List<CompletableFuture<?>> reads = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            reads.add(b.log.read("log", seen, 10, 1000).toCompletableFuture());
        }
        hub.resume();
        assertThat(reads).allMatch(CompletableFuture::isDone);
        assertThat(b.log.counters().engineReads.sum()).isEqualTo(1);
    }

    @Test
    void publisher_without_local_followers_gets_its_position() {
        List<String> pattern = new ArrayList<>();
        a.topics
                .pattern(MatchPolicy.PREFIX, "lo")
                .subscribe(Subscriber.of("p", Runnable::run, (topic, event) -> pattern.add(event.json())));
        List<String> atB = b.subscribe("log");
        Published published = a.publish("log", 1).join();
        assertThat(published.position()).isNotNull();
        assertThat(published.subscribers()).isEqualTo(1);
        assertThat(atB).containsExactly("1");
        assertThat(pattern).containsExactly("1");
    }

    @Test
    void dropped_events_are_read_before_the_next() {
        List<String> atB = b.subscribe("log");
        a.publish("log", 1);
        b.engine.dropSilently(true);
        IntStream.range(2, 600).forEach(i -> a.publish("log", i));
        b.engine.dropSilently(false);
        assertThat(atB).containsExactly("1");
        history = 1000;
        a.publish("log", 600);
        assertThat(atB).startsWith("1", "gap evicted").endsWith("599", "600").hasSize(2 + 101);
    }

    @Test
    void dropped_events_within_the_log_are_no_gap() {
        history = 1000;
        List<String> atB = b.subscribe("log");
        a.publish("log", 1);
        b.engine.dropSilently(true);
        IntStream.range(2, 600).forEach(i -> a.publish("log", i));
        b.engine.dropSilently(false);
        a.publish("log", 600);
        assertThat(atB)
                .isEqualTo(IntStream.rangeClosed(1, 600).mapToObj(i -> "" + i).toList());
        assertThat(b.log.counters().gaps.sum()).isZero();
    }

    @Test
    void lost_last_event_is_found_by_the_tail_check() {
        List<String> atB = b.subscribe("log");
        b.engine.dropSilently(true);
        a.publish("log", 1);
        b.engine.dropSilently(false);
        assertThat(atB).isEmpty();
        b.log.checkAll();
        assertThat(atB).as("it may be on its way").isEmpty();
        b.log.sweep();
        assertThat(atB).containsExactly("1");
    }

    @Test
    void engine_away_refuses_log_topics_and_keeps_others_local() {
        List<String> logAtA = a.subscribe("log");
        List<String> atA = a.subscribe("plain");
        List<String> atB = b.subscribe("plain");
        a.engine.disconnect();
        CompletableFuture<Published> refused = a.publish("log", 1);
        assertThat(refused).isCompletedExceptionally();
        assertThat(refused.handle((done, failure) -> failure).join()).isInstanceOf(UnavailableException.class);
        assertThat(logAtA).isEmpty();
        a.publish("plain", 1);
        assertThat(atA).containsExactly("1");
        assertThat(atB).isEmpty();
        assertThat(a.log.counters().relaysFailed.sum()).isEqualTo(1);
        a.engine.reconnect();
        a.publish("plain", 2);
        assertThat(atB).containsExactly("2");
    }

    @Test
    void events_that_a_slow_node_dropped_are_recovered() {
        List<String> atA = a.subscribe("log");
        long maxWaiting = 64 << 20;
        byte[] large = new byte[(1 << 20) - 128]; // 1 MiB with what counts for each
        a.loop.execute(() -> {
            for (long bytes = 0; bytes < maxWaiting; bytes += 1 << 20) {
                a.log.listener().onEvent("plain", large);
            }
            b.publish("log", 1);
            assertThat(a.log.counters().dropped.sum()).isEqualTo(1);
        });
        assertThat(a.log.counters().continuityLost()).containsEntry(Engine.Cause.DROPPED, 1L);
        assertThat(atA).containsExactly("1");
    }

    @Test
    void engine_that_returns_delivers_what_was_missed() {
        List<String> atA = a.subscribe("log");
        a.publish("log", 1);
        a.engine.disconnect();
        b.publish("log", 2);
        b.publish("log", 3);
        assertThat(atA).containsExactly("1");
        a.engine.reconnect();
        assertThat(atA).containsExactly("1", "2", "3");
        assertThat(a.log.counters().continuityLost()).containsEntry(Engine.Cause.RECONNECTED, 1L);
        assertThat(a.log.counters().gaps.sum()).isZero();
    }

    @Test
    void deaf_node_reads_what_it_missed_when_it_hears() {
        List<String> atA = a.subscribe("log");
        a.engine.deafen();
        b.publish("log", 1);
        assertThat(atA).isEmpty();
        a.engine.hear();
        assertThat(atA).containsExactly("1");
    }

    @Test
    void epoch_that_was_lost_is_told_once() {
        Reader reader = new Reader();
        a.topics.topic("log").subscribe(Subscriber.of("r", Runnable::run, reader));
        a.publish("log", 1);
        Position before = reader.events.get(0).position();
        hub.restartEmpty();
        assertThat(reader.heard).containsExactly("1", "gap unknown");
        Gap gap = reader.gaps.get(0);
        assertThat(gap.from()).isEqualTo(before);
        b.publish("log", 2);
        assertThat(reader.heard).containsExactly("1", "gap unknown", "2");
        assertThat(reader.events.get(1).position().epoch())
                .isEqualTo(gap.to().epoch())
                .isNotEqualTo(before.epoch());
        a.engine.disconnect();
        a.engine.reconnect();
        assertThat(reader.gaps).hasSize(1);
    }

    @Test
    void rewritten_tail_is_told_to_those_behind_it() {
        List<String> atA = a.subscribe("log");
        a.publish("log", 1);
        a.publish("log", 2);
        assertThat(hub.loseTail("log", 1)).isEqualTo(1);
        b.publish("log", 3);
        assertThat(atA).containsExactly("1", "2", "gap unknown");
        b.publish("log", 4);
        assertThat(atA).containsExactly("1", "2", "gap unknown", "4");
    }

    @Test
    void event_after_rewritten_tail_waits_for_comparison() {
        MemoryEngine engine = spy(hub.engine());
        Node c = new Node("c", engine);
        List<String> atC = c.subscribe("log");
        a.publish("log", 1);
        a.publish("log", 2);
        engine.dropSilently(true);
        assertThat(hub.loseTail("log", 1)).isEqualTo(1);
        a.publish("log", 3);
        engine.dropSilently(false);
        CompletableFuture<Set<String>> answer = new CompletableFuture<>();
        doReturn(answer).when(engine).check(any());
        c.log.listener().onContinuityLost(null, Engine.Cause.SERVER_CHANGED);
        a.publish("log", 4); // continues the offset of event 2, which is lost
        assertThat(atC).containsExactly("1", "2");
        answer.complete(Set.of("log"));
        assertThat(atC).containsExactly("1", "2", "gap unknown");
        a.publish("log", 5);
        assertThat(atC).containsExactly("1", "2", "gap unknown", "5");
    }

    @Test
    void reconnect_without_loss_tells_nobody_anything() {
        List<String> atA = a.subscribe("log");
        a.publish("log", 1);
        a.engine.disconnect();
        a.engine.reconnect();
        a.publish("log", 2);
        assertThat(atA).containsExactly("1", "2");
    }

    @Test
    void unknown_payload_type_is_told_as_a_gap() {
        List<String> atA = a.subscribe("log");
        a.publish("log", 1);
        byte[] newer = new Envelopes(NodeId.start("c")).write("log", Event.of(2), Audience.ALL, 7);
        var unused = b.engine.append(
                "log", withPayloadType(newer), new TopicSettings.History(9, Duration.ofHours(1), 9999), List.of());
        assertThat(atA).containsExactly("1", "gap unknown");
        a.publish("log", 3);
        assertThat(atA).containsExactly("1", "gap unknown", "3");
        assertThat(a.log.counters().unreadable.sum()).isPositive();
    }

    @Test
    void returning_reader_is_told_of_an_unreadable_event() {
        a.publish("log", 1);
        byte[] newer = new Envelopes(NodeId.start("c")).write("log", Event.of(2), Audience.ALL, 7);
        var unused = b.engine.append(
                "log", withPayloadType(newer), new TopicSettings.History(9, Duration.ofHours(1), 9999), List.of());
        a.publish("log", 3);
        Reader reader = new Reader();
        var returned = b.topics.topic("log").subscribe(Subscriber.of("s", Runnable::run, reader), Position.EARLIEST);
        a.publish("log", 4);

        assertThat(returned).isCompleted();
        assertThat(reader.heard).containsExactly("1", "gap unknown", "4");
    }

    /** Returns an envelope whose payload has a type that no node knows. */
    private static byte[] withPayloadType(byte[] envelope) {
        String text = new String(envelope, ISO_8859_1);
        return text.replace("json", "jsox").getBytes(ISO_8859_1);
    }

    @Test
    void publishes_on_their_way_are_limited_in_bytes() {
        a.subscribe("log");
        hub.stop();
        List<CompletableFuture<Published>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(a.topics.topic("log").publish(Event.of("x".repeat(10_000))).toCompletableFuture());
        }
        assertThat(sent.get(0)).isNotDone();
        assertThat(sent.get(99)).isCompletedExceptionally();
        assertThat(a.log.pendingBytes()).isBetween(1L, MAX_PENDING);
        hub.resume();
        assertThat(sent.get(0)).isCompleted();
        assertThat(a.log.pendingBytes()).isZero();
    }

    @Test
    void publisher_keeps_its_order_across_topics() {
        List<String> atA = new ArrayList<>();
        List<String> atB = new ArrayList<>();
        Subscriber one = Subscriber.of("s", Runnable::run, (topic, event) -> atA.add(event.json()));
        Subscriber two = Subscriber.of("s", Runnable::run, (topic, event) -> atB.add(event.json()));
        for (String topic : List.of("log", "plain")) {
            a.topics.topic(topic).subscribe(one);
            b.topics.topic(topic).subscribe(two);
        }
        hub.stop();
        var first = a.publish("log", 1);
        var second = a.publish("plain", 2);
        var third = a.publish("log", 3);
        var other = a.topics.topic("plain").by("another publisher").publish(Event.of(9));
        assertThat(atA).containsExactly("9");
        assertThat(other.toCompletableFuture()).isCompleted();
        assertThat(List.of(first, second, third)).noneMatch(CompletableFuture::isDone);
        hub.resume();
        assertThat(List.of(first, second, third)).allMatch(CompletableFuture::isDone);
        assertThat(atA).containsExactly("9", "1", "2", "3");
        assertThat(atB).containsExactly("1", "9", "2", "3");
    }

    @Test
    void ring_is_limited_by_its_total_size() {
        history = 10_000;
        a.subscribe("log.1");
        a.subscribe("log.2");
        String large = "x".repeat(100_000);
        for (int i = 0; i < 30; i++) {
            var unused = a.topics.topic("log." + (1 + i % 2)).publish(Event.of(large));
        }
        long bytes = a.log.ringBytes();
        assertThat(bytes).isBetween(800_000L, 1L << 20);
    }

    @Test
    void unfollowed_topic_is_not_subscribed_any_more() {
        Subscriber subscriber = Subscriber.of("s", Runnable::run, (topic, event) -> {});
        for (String topic : List.of("log", "plain")) {
            a.topics.topic(topic).subscribe(subscriber);
            assertThat(a.log.subscribed()).isEqualTo(1);
            a.topics.topic(topic).unsubscribe(subscriber);
            assertThat(a.log.subscribed()).isZero();
        }
    }

    @Test
    void nodes_with_other_settings_hear_each_other() {
        history = 100;
        List<String> logged = a.subscribe("log");
        var settings = new Topics(topic -> TopicSettings.DEFAULT, b.log);
        List<String> plain = new ArrayList<>();
        settings.topic("log").subscribe(Subscriber.of("s", Runnable::run, (topic, event) -> plain.add(event.json())));
        a.publish("log", 1);
        var unused = settings.topic("log").publish(Event.of(2));
        assertThat(logged).containsExactly("1", "2");
        assertThat(plain).containsExactly("1", "2");
    }

    @Test
    void audience_with_a_test_is_refused_for_logs() {
        List<String> atA = a.subscribe("plain");
        List<String> atB = b.subscribe("plain");
        Audience test = Audience.ALL.only(member -> true);
        assertThat(a.topics.topic("log").publish(Event.of(1), test).toCompletableFuture())
                .isCompletedExceptionally();
        var unused = a.topics.topic("plain").publish(Event.of(1), test);
        assertThat(atA).containsExactly("1");
        assertThat(atB).isEmpty();
        assertThat(a.log.counters().relaysFailed.sum()).isEqualTo(1);
    }

    @Test
    void text_of_an_event_is_unchanged_on_other_nodes() {
        List<String> atB = b.subscribe("plain");
        a.topics.topic("plain").broadcast(Event.raw("{\"b\" :1,\"a\":2.0}".getBytes(UTF_8)));
        assertThat(atB).containsExactly("{\"b\" :1,\"a\":2.0}");
    }
}

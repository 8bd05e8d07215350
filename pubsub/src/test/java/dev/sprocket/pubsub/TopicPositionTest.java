package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Positions of subscribers among their events, and what a log tells about its events. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TopicPositionTest {
    private final MemoryLog log = new MemoryLog();
    private final Topics topics = new Topics(
            id -> id.startsWith("news")
                    ? TopicSettings.DEFAULT.history(100_000, Duration.ofHours(1))
                    : TopicSettings.DEFAULT,
            log);
    private final Topic topic = topics.topic("news");
    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> received = new ArrayList<>();
    private final Subscriber subscriber = Subscriber.of("s", executor, (name, event) -> received.add(event.json()));

    private Position top(String name) {
        return log.statistics(name).toCompletableFuture().join().top();
    }

    private void askPosition() {
        topic.position(subscriber, position -> received.add("position " + position));
        executor.run();
    }

    @Test
    void position_is_that_of_the_last_event_delivered() {
        topic.broadcast(Event.of(1));
        topic.subscribe(subscriber);
        Position first = top("news");
        askPosition();
        topic.broadcast(Event.of(2));
        askPosition();

        assertThat(received).containsExactly("position " + first, "2", "position " + top("news"));
    }

    @Test
    void position_is_null_without_subscription_or_log() {
        topic.broadcast(Event.of(1));
        askPosition();
        Topic plain = topics.topic("plain");
        plain.subscribe(subscriber);
        plain.position(subscriber, position -> received.add("plain " + position));
        executor.run();

        assertThat(received).containsExactly("position null", "plain null");
    }

    @Test
    void failing_callback_leaves_other_callbacks_alone() {
        topic.subscribe(subscriber);
        topic.position(subscriber, position -> {
            throw new IllegalStateException("expected by the test");
        });
        topic.broadcast(Event.of(1));
        executor.run();

        assertThat(received).containsExactly("1");
    }

    @Test
    void concurrent_publishers_leave_no_hole_and_no_overlap() throws Exception {
        ExecutorService own = Executors.newSingleThreadExecutor();
        ExecutorService publishers = Executors.newFixedThreadPool(3);
        List<Position> delivered = new ArrayList<>();
        List<Position> positions = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(3 * 2000 + 500);
        Subscriber reader = Subscriber.of("r", own, new Subscriber.Listener() {
            @Override
            public void onEvent(String name, Event event) {}

            @Override
            public void onPublished(PublishedEvent event) {
                delivered.add(event.position());
                done.countDown();
            }
        });
        topic.subscribe(reader);
        for (int i = 0; i < 3; i++) {
            publishers.execute(() -> {
                for (int event = 0; event < 2000; event++) {
                    topic.broadcast(Event.of(event));
                }
            });
        }
        for (int i = 0; i < 500; i++) {
            topic.position(reader, position -> {
                positions.add(position);
                counts.add(delivered.size());
                done.countDown();
            });
        }

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        publishers.shutdown();
        own.shutdown();
        assertThat(own.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(delivered).hasSize(6000);
        for (int i = 0; i < positions.size(); i++) {
            // all events up to the position were delivered before, and no other
            assertThat(positions.get(i).offset()).isEqualTo(counts.get(i).longValue());
        }
    }

    @Test
    void found_beginning_is_subscribed_later() {
        topic.broadcast(Event.of(1));
        Subscribed found = topic.find(Position.EARLIEST, Gap.Action.NONE)
                .toCompletableFuture()
                .join();
        topic.broadcast(Event.of(2));
        assertThat(topic.size()).isZero();

        assertThat(topic.subscribeAt(subscriber, found)).isTrue();
        assertThat(topic.subscribeAt(subscriber, found)).isFalse();
        topic.broadcast(Event.of(3));
        executor.run();

        assertThat(found.recovered()).isEqualTo(1);
        assertThat(received).containsExactly("1", "2", "3");
    }

    @Test
    void log_finds_publications_and_topics() {
        topic.broadcast(Event.of(1));
        topics.topic("news.a").broadcast(Event.of(2));
        topics.topic("news.b").broadcast(Event.of(3));
        EventLog.LoggedEvent last = log.read("news.b", Position.EARLIEST, 1, 1)
                .toCompletableFuture()
                .join()
                .events()
                .get(0);

        assertThat(log.find("news.b", last.publication()).toCompletableFuture().join())
                .usingRecursiveComparison()
                .comparingOnlyFields("position", "publication", "time")
                .isEqualTo(last);
        assertThat(log.find("news.a", last.publication())).isCompletedWithValue(null);
        assertThat(log.find("none", 1)).isCompletedWithValue(null);
        EventLog.Names found = log.topics(MatchPolicy.PREFIX, "news.", 10)
                .toCompletableFuture()
                .join();
        assertThat(found.names()).containsExactlyInAnyOrder("news.a", "news.b");
        assertThat(found.more()).isFalse();
        assertThat(found.examined()).isEqualTo(3);
        assertThat(log.topics(MatchPolicy.WILDCARD, "news.", 1)
                        .toCompletableFuture()
                        .join()
                        .more())
                .isTrue();
    }
}

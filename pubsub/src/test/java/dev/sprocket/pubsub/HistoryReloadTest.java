package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Changes of the history of topics that have subscribers. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class HistoryReloadTest {
    private final MemoryLog log = new MemoryLog();
    private final Topics topics = new Topics(id -> kept(10), log);
    private final Topic news = topics.topic("news");
    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> received = new ArrayList<>();
    private final Subscriber subscriber = Subscriber.of("s", executor, new Subscriber.Listener() {
        @Override
        public void onEvent(String topic, Event event) {
            received.add(event.json());
        }

        @Override
        public void onNotice(Notice notice) {
            if (notice instanceof Notice.Missed missed) {
                received.add(missed.gap().reason().toString());
            }
        }
    });

    private static TopicSettings kept(int events) {
        return TopicSettings.DEFAULT.history(events, Duration.ofHours(1));
    }

    private void keepNothing() {
        topics.settings(id -> TopicSettings.DEFAULT);
    }

    @CanIgnoreReturnValue
    private Position publish(int number) {
        return Objects.requireNonNull(
                news.publish(Event.of(number)).toCompletableFuture().join().position());
    }

    private Subscribed subscribe(Position after) {
        return news.subscribe(subscriber, after, Gap.Action.ALL)
                .toCompletableFuture()
                .join();
    }

    @Test
    void raised_limit_keeps_positions() {
        Position first = publish(1);
        topics.settings(id -> kept(20));
        for (int i = 2; i <= 15; i++) {
            assertThat(publish(i).epoch()).isEqualTo(first.epoch());
        }

        assertThat(subscribe(first).gap()).isNull();
        executor.run();
        assertThat(received).hasSize(14).startsWith("2").endsWith("15");
    }

    @Test
    void lowered_limit_is_a_gap() {
        Position first = publish(1);
        for (int i = 2; i <= 9; i++) {
            assertThat(publish(i)).isNotNull();
        }
        topics.settings(id -> kept(2));

        assertThat(subscribe(first).gap()).isNotNull();
        executor.run();
        assertThat(received).containsExactly("evicted", "8", "9");
    }

    @Test
    void live_subscriber_goes_on_without_a_history() {
        news.subscribe(subscriber);
        publish(1);
        keepNothing();
        news.broadcast(Event.of(2));
        executor.run();
        topics.settings(id -> kept(10));
        publish(3);
        executor.run();

        assertThat(received).containsExactly("1", "2", "3");
        assertThat(log.topics()).isEqualTo(1);
    }

    @Test
    void subscriber_that_is_behind_is_told_of_the_removal() {
        publish(1);
        assertThat(subscribe(Position.EARLIEST).recovered()).isEqualTo(1);
        keepNothing();
        news.broadcast(Event.of(2));
        executor.run();

        assertThat(received).containsExactly("no-log", "2");
        news.broadcast(Event.of(3));
        executor.run();
        assertThat(received).endsWith("2", "3");
        assertThat(log.bytes()).isZero();
    }

    @Test
    void position_before_the_removal_is_unknown_later() {
        Position first = publish(1);
        keepNothing();
        assertThat(subscribe(first).gap()).extracting(Gap::reason).isEqualTo(Gap.Reason.NO_LOG);
        news.unsubscribe(subscriber);
        news.broadcast(Event.of(2));
        topics.settings(id -> kept(10));
        Position third = publish(3);

        assertThat(third.epoch()).isNotEqualTo(first.epoch());
        assertThat(subscribe(first).gap()).extracting(Gap::reason).isEqualTo(Gap.Reason.UNKNOWN);
        executor.run();
        assertThat(received).endsWith("unknown", "3");
    }

    @Test
    void history_that_is_added_recovers_its_events() {
        keepNothing();
        news.subscribe(Subscriber.of("other", executor, (topic, event) -> {}));
        news.broadcast(Event.of(1));
        executor.run();
        topics.settings(id -> kept(10));
        Subscribed subscribed = subscribe(Position.EARLIEST);
        executor.run();
        assertThat(received).isEmpty();
        publish(2);
        executor.run();
        assertThat(received).containsExactly("2");
        news.unsubscribe(subscriber);
        publish(3);

        assertThat(subscribe(Objects.requireNonNull(subscribed.top())).gap()).isNull();
        executor.run();
        assertThat(received).containsExactly("2", "2", "3");
    }

    @Test
    void log_of_a_topic_without_history_is_not_believed() {
        publish(1);
        keepNothing();
        Position read = log.statistics("news").toCompletableFuture().join().top();
        Position appended = Objects.requireNonNull(
                log.append("news", Event.of(2), Audience.ALL, new TopicSettings.History(9, Duration.ofHours(1), 9999))
                        .toCompletableFuture()
                        .join()
                        .position());
        assertThat(log.topics()).isZero();
        assertThat(log.bytes()).isZero();
        topics.settings(id -> kept(10));
        publish(3);

        for (Position other : List.of(read, appended)) {
            assertThat(subscribe(other).gap()).extracting(Gap::reason).isEqualTo(Gap.Reason.UNKNOWN);
            news.unsubscribe(subscriber);
        }
    }
}

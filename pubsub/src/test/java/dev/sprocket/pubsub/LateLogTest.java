package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log whose reads complete later, as one of another process would. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LateLogTest {
    private final List<CompletableFuture<EventLog.Slice>> reads = new ArrayList<>();
    private final List<EventLog.Slice> slices = new ArrayList<>();
    private final List<CompletableFuture<EventLog.Place>> finds = new ArrayList<>();
    private final List<EventLog.Place> places = new ArrayList<>();
    private boolean findsLater;
    private final MemoryLog memory = new MemoryLog();
    private final EventLog late = (EventLog) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {EventLog.class}, (self, method, args) -> {
                Object result = method.invoke(memory, args);
                if (method.getName().equals("find") && findsLater) {
                    CompletableFuture<EventLog.Place> pending = new CompletableFuture<>();
                    places.add((EventLog.Place) ((CompletableFuture<?>) result).join());
                    finds.add(pending);
                    return pending;
                }
                if (!method.getName().equals("read")) {
                    return result;
                }
                CompletableFuture<EventLog.Slice> pending = new CompletableFuture<>();
                slices.add((EventLog.Slice) ((CompletableFuture<?>) result).join());
                reads.add(pending);
                return pending;
            });
    private final Topics topics = new Topics(id -> TopicSettings.DEFAULT.history(10, Duration.ofHours(1)), late);
    private final Topic topic = topics.topic("news");
    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> received = new ArrayList<>();

    @Test
    void reader_waits_for_its_events_and_reads_once() {
        topic.broadcast(Event.of(1));
        topic.broadcast(Event.of(2));
        assertThat(topic.subscribe(
                        Subscriber.of("s", executor, (name, event) -> received.add(event.json())), Position.EARLIEST))
                .isCompleted();
        executor.run();
        topic.broadcast(Event.of(3));
        executor.run();
        assertThat(received).isEmpty();
        assertThat(reads).hasSize(1);

        for (int read = 0; read < reads.size(); read++) {
            answer(read);
        }

        assertThat(received).containsExactly("1", "2", "3");
        topic.broadcast(Event.of(4));
        executor.run();
        assertThat(received).containsExactly("1", "2", "3", "4");
    }

    private final Subscriber subscriber = Subscriber.of("s", executor, (name, event) -> received.add(event.json()));

    private CompletableFuture<Subscribed> subscribeLater() {
        findsLater = true;
        return topic.subscribe(subscriber, Position.EARLIEST).toCompletableFuture();
    }

    private void find(int number) {
        finds.get(number).complete(places.get(number));
        executor.run();
    }

    private void answerAll() {
        for (int read = 0; read < reads.size(); read++) {
            answer(read);
        }
    }

    @Test
    void pending_subscription_completes_with_its_beginning() {
        topic.broadcast(Event.of(1));
        CompletableFuture<Subscribed> pending = subscribeLater();
        topic.broadcast(Event.of(2));
        assertThat(pending).isNotDone();
        assertThat(topic.has(subscriber)).isFalse();

        find(0);
        answerAll();
        assertThat(pending).isCompletedWithValueMatching(subscribed -> subscribed.recovered() == 1);
        assertThat(received).containsExactly("1", "2");
        topic.unsubscribe(subscriber);
    }

    @Test
    void second_subscription_joins_the_pending_one() {
        topic.broadcast(Event.of(1));
        CompletableFuture<Subscribed> first = subscribeLater();
        CompletableFuture<Subscribed> second = subscribeLater();
        CompletableFuture<Subscribed> third =
                topic.subscribe(subscriber, null, Gap.Action.NONE).toCompletableFuture();
        assertThat(topic.subscribe(subscriber)).isFalse();
        assertThat(finds).hasSize(1);

        find(0);
        answerAll();
        assertThat(List.of(first.join(), second.join(), third.join())).containsOnly(first.join());
        assertThat(received).containsExactly("1");
        assertThat(topic.size()).isEqualTo(1);
        topic.unsubscribe(subscriber);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unsubscribe_cancels_the_pending_subscription(boolean all) {
        topic.broadcast(Event.of(1));
        CompletableFuture<Subscribed> pending = subscribeLater();
        if (all) {
            subscriber.unsubscribeAll();
        } else {
            assertThat(topic.unsubscribe(subscriber)).isTrue();
        }
        assertThat(pending).isCompletedExceptionally();
        assertThatThrownBy(pending::get).hasCauseInstanceOf(CancellationException.class);

        find(0);
        answerAll();
        topic.broadcast(Event.of(2));
        executor.run();
        assertThat(received).isEmpty();
        assertThat(topic.size()).isZero();
        assertThat(topic.unsubscribe(subscriber)).isFalse();
    }

    @Test
    void cancelled_subscription_does_not_end_a_later_one() {
        topic.broadcast(Event.of(1));
        CompletableFuture<Subscribed> cancelled = subscribeLater();
        topic.unsubscribe(subscriber);
        CompletableFuture<Subscribed> later = subscribeLater();
        find(0);
        assertThat(later).isNotDone();
        find(1);
        answerAll();

        assertThat(cancelled).isCompletedExceptionally();
        assertThat(later).isCompleted();
        assertThat(received).containsExactly("1");
        topic.unsubscribe(subscriber);
    }

    @Test
    void failed_log_fails_the_subscription() {
        CompletableFuture<Subscribed> pending = subscribeLater();
        finds.get(0).completeExceptionally(new IllegalStateException("down"));

        assertThatThrownBy(pending::get).rootCause().hasMessage("down");
        assertThat(topic.has(subscriber)).isFalse();
        findsLater = false;
        assertThat(topic.subscribe(subscriber, Position.EARLIEST)).isCompleted();
        topic.unsubscribe(subscriber);
    }

    @Test
    void caller_cannot_complete_the_subscription() {
        topic.broadcast(Event.of(1));
        assertThat(subscribeLater().cancel(true)).isTrue();
        find(0);
        answerAll();

        assertThat(received).containsExactly("1");
        topic.unsubscribe(subscriber);
    }

    @Test
    void log_is_read_once_for_each_position() {
        for (int i = 1; i <= 3; i++) {
            topic.broadcast(Event.of(i));
        }
        Position first = memory.read("news", Position.EARLIEST, 1, 1)
                .toCompletableFuture()
                .join()
                .events()
                .get(0)
                .position();
        for (int i = 0; i < 1000; i++) {
            Subscriber returning = Subscriber.of("s" + i, executor, (name, event) -> received.add(event.json()));
            assertThat(topic.subscribe(returning, i < 600 ? Position.EARLIEST : Position.parse(first.toString())))
                    .isCompleted();
        }
        executor.run();
        assertThat(reads).hasSize(2);
        answerAll();

        assertThat(received).hasSize(600 * 3 + 400 * 2);
        assertThat(reads).hasSize(2);
        topic.subscribers().forEach(topic::unsubscribe);
    }

    private void answer(int read) {
        reads.get(read).complete(slices.get(read));
        executor.run();
    }
}

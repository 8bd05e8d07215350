package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Many subscribers on one executor that are behind. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class CatchUpTest {
    private static final int EVENTS = 400;
    private static final int READERS = 100;

    private final MemoryLog memory = new MemoryLog();
    private int reads;
    private final EventLog counting = (EventLog) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {EventLog.class}, (self, method, args) -> {
                reads += method.getName().equals("read") ? 1 : 0;
                return method.invoke(memory, args);
            });
    private final Topics topics = new Topics(id -> TopicSettings.DEFAULT.history(1000, Duration.ofHours(1)), counting);
    private final Topic topic = topics.topic("news");
    private final ManualExecutor executor = new ManualExecutor();
    private final List<Position> positions = new ArrayList<>();

    private void publish(int number) {
        Published published =
                topic.publish(Event.of(number)).toCompletableFuture().join();
        positions.add(Objects.requireNonNull(published.position()));
    }

    private List<String> subscribe(Position after) {
        List<String> received = new ArrayList<>();
        assertThat(topic.subscribe(Subscriber.of("s", executor, (name, event) -> received.add(event.json())), after))
                .isCompleted();
        return received;
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }

    @Test
    void readers_at_one_position_share_what_is_read() {
        IntStream.range(0, EVENTS).forEach(this::publish);
        List<List<String>> readers = IntStream.range(0, READERS)
                .mapToObj(reader -> subscribe(positions.get(0)))
                .toList();
        executor.run();

        assertThat(reads).isEqualTo(2); // slices of 256 events
        assertThat(readers).allSatisfy(received -> assertThat(received).isEqualTo(numbers(1, EVENTS)));
    }

    @Test
    void live_events_are_delivered_between_reads() {
        List<Integer> readsAtEvent = new ArrayList<>();
        topic.subscribe(Subscriber.of("live", executor, (name, event) -> readsAtEvent.add(reads)));
        IntStream.range(0, EVENTS).forEach(this::publish);
        executor.run();
        readsAtEvent.clear();
        List<List<String>> readers = IntStream.range(0, READERS)
                .mapToObj(reader -> subscribe(positions.get(reader)))
                .toList();
        int last = EVENTS;
        for (; last < EVENTS + 2 * READERS; last++) {
            publish(last);
            executor.runOne();
        }
        executor.run();

        assertThat(reads).isGreaterThanOrEqualTo(READERS);
        for (int i = 1; i < readsAtEvent.size(); i++) {
            assertThat(readsAtEvent.get(i) - readsAtEvent.get(i - 1)).isLessThanOrEqualTo(16);
        }
        for (int reader = 0; reader < READERS; reader++) {
            assertThat(readers.get(reader)).isEqualTo(numbers(reader + 1, last));
        }
    }
}

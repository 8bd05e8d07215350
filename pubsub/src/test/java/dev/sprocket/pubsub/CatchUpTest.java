package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Many subscribers on one executor that are behind. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class CatchUpTest {
    private static final int EVENTS = 400;
    private static final int READERS = 40;

    private final MemoryLog memory = new MemoryLog();
    private int reads;
    private int size;
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
        Event event = Event.of(number + ":" + "x".repeat(size));
        Published published = topic.publish(event).toCompletableFuture().join();
        positions.add(Objects.requireNonNull(published.position()));
    }

    private List<Integer> subscribe(Position after) {
        return subscribe("s", after);
    }

    private List<Integer> subscribe(String id, Position after) {
        List<Integer> received = new ArrayList<>();
        Subscriber subscriber = Subscriber.of(id, executor, (name, event) -> {
            String text = event.as(String.class);
            received.add(Integer.valueOf(text.substring(0, text.indexOf(':'))));
        });
        assertThat(topic.subscribe(subscriber, after)).isCompleted();
        return received;
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Test
    void readers_at_one_position_share_what_is_read() {
        IntStream.range(0, EVENTS).forEach(this::publish);
        List<List<Integer>> readers = IntStream.range(0, READERS)
                .mapToObj(reader -> subscribe(positions.get(0)))
                .toList();
        executor.run();

        assertThat(reads).isEqualTo(2); // slices of 256 events
        assertThat(readers).allSatisfy(received -> assertThat(received).isEqualTo(numbers(1, EVENTS)));
    }

    @Test
    void readers_at_close_positions_share_what_is_read() {
        IntStream.range(0, EVENTS).forEach(this::publish);
        List<List<Integer>> readers = IntStream.range(0, READERS)
                .mapToObj(reader -> subscribe(positions.get(READERS - reader)))
                .toList();
        executor.run();

        assertThat(reads).isEqualTo(2);
        for (int reader = 0; reader < READERS; reader++) {
            assertThat(readers.get(reader)).isEqualTo(numbers(READERS - reader + 1, EVENTS));
        }
    }

    @Test
    void each_reader_has_its_turn() {
        size = 20_000; // each slice has one event
        IntStream.range(0, READERS * 10).forEach(this::publish);
        List<List<Integer>> readers = IntStream.range(0, READERS)
                .mapToObj(reader -> subscribe(positions.get(reader * 10)))
                .toList();
        for (int step = 0; readers.stream().anyMatch(List::isEmpty); step++) {
            assertThat(step).isLessThan(READERS);
            executor.runOne();
        }

        assertThat(readers).allSatisfy(received -> assertThat(received).hasSizeLessThan(4));
    }

    @Test
    void live_events_are_delivered_between_reads() {
        size = 20_000; // each slice has one event
        List<Integer> readsAtEvent = new ArrayList<>();
        topic.subscribe(Subscriber.of("live", executor, (name, event) -> readsAtEvent.add(reads)));
        IntStream.range(0, READERS * 2).forEach(this::publish);
        executor.run();
        readsAtEvent.clear();
        List<List<Integer>> readers = IntStream.range(0, READERS)
                .mapToObj(reader -> subscribe(positions.get(reader)))
                .toList();
        int last = READERS * 2;
        for (; last < READERS * 5; last++) {
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

    @Test
    void audiences_and_gaps_apply_to_each_of_many_readers() {
        Random random = new Random(1);
        for (int i = 0; i < 1200; i++) { // the history keeps 1,000
            Audience audience = i % 7 == 0 ? Audience.except("r" + i % 5) : Audience.ALL;
            Published published = topic.publish(Event.of(i + ":"), audience)
                    .toCompletableFuture()
                    .join();
            positions.add(Objects.requireNonNull(published.position()));
        }
        List<Integer> begun = random.ints(READERS, 0, 1199).boxed().toList();
        List<List<Integer>> readers = new ArrayList<>();
        for (int reader = 0; reader < READERS; reader++) {
            readers.add(subscribe("r" + reader % 5, positions.get(begun.get(reader))));
        }
        executor.run();

        for (int reader = 0; reader < READERS; reader++) {
            int own = reader % 5;
            int first = begun.get(reader) < 199 ? 1200 : begun.get(reader) + 1; // evicted: new events only
            assertThat(readers.get(reader))
                    .isEqualTo(IntStream.range(first, 1200)
                            .filter(i -> i % 7 != 0 || i % 5 != own)
                            .boxed()
                            .toList());
        }
        assertThat(reads).isLessThan(2 * READERS);
    }
}

package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A log whose reads complete later, as one of another process would. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LateLogTest {
    private final List<CompletableFuture<EventLog.Slice>> reads = new ArrayList<>();
    private final List<EventLog.Slice> slices = new ArrayList<>();
    private final MemoryLog memory = new MemoryLog();
    private final EventLog late = (EventLog) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {EventLog.class}, (self, method, args) -> {
                Object result = method.invoke(memory, args);
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

    private void answer(int read) {
        reads.get(read).complete(slices.get(read));
        executor.run();
    }
}

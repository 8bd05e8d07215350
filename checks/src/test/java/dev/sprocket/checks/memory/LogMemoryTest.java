package dev.sprocket.checks.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.TopicSettings;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory of the events in a log, compared with what the log counts. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LogMemoryTest {
    private static final int EVENTS = 5000;
    private static final TopicSettings.History HISTORY =
            new TopicSettings.History(EVENTS, Duration.ofHours(1), TopicSettings.History.DEFAULT_BYTES);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 1001})
    void event_takes_at_most_what_counts(int length) {
        MemoryLog log = new MemoryLog();
        log.start((topic, event) -> () -> 0);
        // topics with few events have rings with free places
        for (int events : new int[] {1, 5, 17, EVENTS}) {
            String topic = "t" + events;
            append(log, topic, "");
            ObjectGraph before = ObjectGraph.from(log, Void.class);
            long counted = log.bytes();
            for (int i = 1; i < events; i++) {
                append(log, topic, "x".repeat(length));
            }

            ObjectGraph after = ObjectGraph.from(log, Void.class);
            assertThat(ObjectSizes.total(after.without(before)).bytes())
                    .as("%s events", events)
                    .isBetween(0L, log.bytes() - counted);
        }
    }

    private static void append(MemoryLog log, String topic, String text) {
        assertThat(log.append(topic, Event.of(text), Audience.ALL, HISTORY)).isCompleted();
    }
}

package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Tests the limit of all topics. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class MemoryLogTest {
    private final MemoryLog log = new MemoryLog(20_000);
    private final Topics topics = new Topics(id -> TopicSettings.DEFAULT.history(10, Duration.ofHours(1)), log);

    private int kept(String topic) {
        return log.statistics(topic).toCompletableFuture().join().events();
    }

    @Test
    void names_that_are_asked_about_evict_no_events() {
        for (int i = 0; i < 5; i++) {
            topics.topic("news").broadcast(Event.of(i));
        }

        for (int i = 0; i < 2000; i++) {
            assertThat(kept("asked." + i)).isZero();
        }

        assertThat(kept("news")).isEqualTo(5);
    }

    @Test
    void event_is_kept_among_names_that_were_asked_about() {
        for (int i = 0; i < 2000; i++) {
            assertThat(kept("asked." + i)).isZero();
        }

        topics.topic("news").broadcast(Event.of(1));

        assertThat(kept("news")).isEqualTo(1);
    }
}

package dev.sprocket.wamp.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.internal.message.OptionReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class HistoryQueryTest {
    private final Topics topics = new Topics();

    @Test
    void history_returns_at_most_thousand_events() {
        List<EventHistory.StoredEvent> all = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            all.add(new EventHistory.StoredEvent(
                    Instant.EPOCH, new PublishedEvent("t", Event.of(i), i + 1), Audience.ALL, i + 1));
        }
        assertThat(HistoryQuery.of(OptionReader.EMPTY).select(all)).hasSize(1000);
        assertThat(HistoryQuery.of(new OptionReader(Map.of("limit", 1200L))).select(all))
                .hasSize(1000);
        assertThat(HistoryQuery.of(new OptionReader(Map.of("limit", 3L, "after_publication", 1000L)))
                        .select(all))
                .extracting(EventHistory.StoredEvent::publication)
                .containsExactly(1001L, 1002L, 1003L);
    }
}

package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Delivery windows of topics, on the clock of an in-memory channel. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class WindowTest {
    private final Topics topics = new Topics(
            id -> id.startsWith("hot") ? TopicSettings.DEFAULT.window(Duration.ofMillis(5)) : TopicSettings.DEFAULT);
    private final Topic hot = topics.topic("hot");
    private final Topic cold = topics.topic("cold");
    private final Wire wire = new Wire();
    private final Subscriber subscriber = Subscriber.of("s", wire.conn(), EventFormat.JSON);

    @BeforeEach
    void subscribe() {
        wire.channel.freezeTime();
        hot.subscribe(subscriber);
        cold.subscribe(subscriber);
        assertThat(wire.writes()).isEmpty();
    }

    @AfterEach
    void disconnect() {
        wire.close();
    }

    private void advance(long millis) {
        wire.channel.advanceTimeBy(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
        wire.channel.runScheduledPendingTasks();
    }

    @Test
    void events_are_delivered_together_after_the_window() {
        hot.broadcast(Event.of(1));
        advance(4);
        hot.broadcast(Event.of(2));
        assertThat(wire.writes()).isEmpty();
        advance(1);

        assertThat(wire.writes()).containsExactly("12");
    }

    @Test
    void window_starts_with_the_first_event() {
        hot.broadcast(Event.of(1));
        advance(5);
        assertThat(wire.writes()).containsExactly("1");
        advance(5);
        hot.broadcast(Event.of(2));
        advance(4);
        assertThat(wire.writes()).isEmpty();
        advance(1);

        assertThat(wire.writes()).containsExactly("2");
    }

    @Test
    void immediate_event_delivers_waiting_events_in_order() {
        hot.broadcast(Event.of(1));
        cold.broadcast(Event.of(2));

        assertThat(wire.writes()).containsExactly("12");
    }

    @Test
    void subscriber_unsubscribed_in_the_window_receives_nothing() {
        hot.broadcast(Event.of(1));
        hot.unsubscribe(subscriber);
        advance(5);

        assertThat(wire.writes()).isEmpty();
    }
}

package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Events that may wait for others to leave with; the clock is the channel's own. */
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

    private void after(long millis) {
        wire.channel.advanceTimeBy(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
        wire.channel.runScheduledPendingTasks();
    }

    @Test
    void they_leave_as_one_when_the_window_is_over() {
        hot.broadcast(Event.of(1));
        after(4);
        hot.broadcast(Event.of(2));
        assertThat(wire.writes()).isEmpty();
        after(1);

        assertThat(wire.writes()).containsExactly("12");
    }

    @Test
    void the_next_window_begins_with_the_next_event() {
        hot.broadcast(Event.of(1));
        after(5);
        assertThat(wire.writes()).containsExactly("1");
        after(5);
        hot.broadcast(Event.of(2));
        after(4);
        assertThat(wire.writes()).isEmpty();
        after(1);

        assertThat(wire.writes()).containsExactly("2");
    }

    @Test
    void an_event_that_does_not_wait_takes_them_along_in_order() {
        hot.broadcast(Event.of(1));
        cold.broadcast(Event.of(2));

        assertThat(wire.writes()).containsExactly("12");
    }

    @Test
    void who_leaves_meanwhile_gets_none() {
        hot.broadcast(Event.of(1));
        hot.unsubscribe(subscriber);
        after(5);

        assertThat(wire.writes()).isEmpty();
    }
}

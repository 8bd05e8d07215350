package dev.sprocket.core.internal.timer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LoopTimerTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopTimer timer = LoopTimer.of(channel.eventLoop());
    private final List<String> ticks = new ArrayList<>();

    private void advance() {
        channel.advanceTimeBy(LoopTimer.INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private void addTask(String name, boolean continues) {
        timer.add(now -> {
            ticks.add(name);
            return continues;
        });
    }

    @Test
    void completed_task_is_removed() {
        channel.freezeTime();
        addTask("once", false);
        addTask("always", true);
        advance();
        advance();
        advance();

        assertThat(ticks).containsExactlyInAnyOrder("once", "always", "always", "always");
    }

    @Test
    void failing_task_does_not_affect_others() {
        channel.freezeTime();
        addTask("before", true);
        timer.add(now -> {
            throw new IllegalStateException("boom");
        });
        addTask("after", true);
        advance();
        advance();

        assertThat(ticks).containsExactlyInAnyOrder("before", "after", "before", "after");
    }

    @Test
    void task_failing_with_error_does_not_affect_others() {
        channel.freezeTime();
        addTask("before", true);
        timer.add(now -> {
            throw new OutOfMemoryError("direct memory");
        });
        addTask("after", true);
        advance();
        advance();

        assertThat(ticks).containsExactlyInAnyOrder("before", "after", "before", "after");
    }
}

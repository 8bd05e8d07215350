package dev.sprocket.core.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SweepTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopTimer sweep = LoopTimer.of(channel.eventLoop());
    private final List<String> swept = new ArrayList<>();

    private void passes() {
        channel.advanceTimeBy(LoopTimer.INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private void looksAfter(String name, boolean goesOn) {
        sweep.add(now -> {
            swept.add(name);
            return goesOn;
        });
    }

    @Test
    void who_is_done_is_not_looked_at_again() {
        channel.freezeTime();
        looksAfter("once", false);
        looksAfter("always", true);
        passes();
        passes();
        passes();

        assertThat(swept).containsExactlyInAnyOrder("once", "always", "always", "always");
    }

    @Test
    void one_that_fails_is_left_alone_and_the_others_are_not() {
        channel.freezeTime();
        looksAfter("before", true);
        sweep.add(now -> {
            throw new IllegalStateException("boom");
        });
        looksAfter("after", true);
        passes();
        passes();

        assertThat(swept).containsExactlyInAnyOrder("before", "after", "before", "after");
    }

    @Test
    void nor_does_one_that_fails_with_an_error_end_it() {
        channel.freezeTime();
        looksAfter("before", true);
        sweep.add(now -> {
            throw new OutOfMemoryError("direct memory");
        });
        looksAfter("after", true);
        passes();
        passes();

        assertThat(swept).containsExactlyInAnyOrder("before", "after", "before", "after");
    }
}

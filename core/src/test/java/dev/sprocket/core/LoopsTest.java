package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.channel.EventLoopGroup;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LoopsTest {
    @Test
    void single_is_one_and_perCore_one_for_each_core() {
        assertThat(EventLoops.single().count()).isEqualTo(1);
        assertThat(EventLoops.perCore().count()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1025})
    void counts_beyond_the_limits_are_refused(int count) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventLoops.of(count))
                .withMessage("loops: " + count + " (expected: 1-1024)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1024})
    void the_limits_themselves_are_counts(int count) {
        assertThat(EventLoops.of(count).count()).isEqualTo(count);
    }

    @Test
    void users_share_the_loops_and_the_last_one_ends_them() {
        EventLoops loops = EventLoops.of(2);
        EventLoopGroup first = loops.acquire();
        EventLoopGroup second = loops.acquire();

        assertThat(second).isSameAs(first);
        loops.release();
        assertThat(first.isShuttingDown()).isFalse();
        loops.release();
        assertThat(first.isTerminated()).isTrue();
    }

    @Test
    void loops_that_ended_start_again_for_the_next_user() {
        EventLoops loops = EventLoops.single();
        EventLoopGroup first = loops.acquire();
        loops.release();

        EventLoopGroup next = loops.acquire();

        assertThat(next).isNotSameAs(first);
        assertThat(next.isShuttingDown()).isFalse();
        loops.release();
        assertThat(next.isTerminated()).isTrue();
    }
}

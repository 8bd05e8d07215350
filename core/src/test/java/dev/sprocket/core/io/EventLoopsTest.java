package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.channel.EventLoopGroup;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class EventLoopsTest {
    @Test
    void single_has_one_loop_and_perCore_one_per_core() {
        assertThat(EventLoops.single().count()).isEqualTo(1);
        assertThat(EventLoops.perCore().count()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1025})
    void rejects_counts_outside_the_range(int count) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventLoops.of(count))
                .withMessage("loops: " + count + " (expected: 1-1024)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1024})
    void accepts_minimum_and_maximum_count(int count) {
        assertThat(EventLoops.of(count).count()).isEqualTo(count);
    }

    @Test
    void last_user_shuts_down_shared_loops() {
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
    void terminated_loops_restart_for_next_user() {
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

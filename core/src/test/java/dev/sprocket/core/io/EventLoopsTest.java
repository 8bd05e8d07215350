package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sprocket.leaktest.LogLines;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class EventLoopsTest {
    private static final Duration LONG = Duration.ofMinutes(2);

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

    @Test
    void blocked_names_the_loop_that_runs_no_task() throws Exception {
        EventLoops loops = EventLoops.of(2);
        assertThat(loops.blocked(LONG).toCompletableFuture().get()).isEmpty();
        EventLoopGroup group = loops.acquire();
        try (LogLines lines = LogLines.record(() -> {})) {
            assertThat(loops.blocked(LONG).toCompletableFuture().get()).isEmpty();
            EventExecutor first = group.iterator().next();
            String name = first.submit(() -> Thread.currentThread().getName()).get();
            CountDownLatch released = new CountDownLatch(1);
            CountDownLatch blocking = new CountDownLatch(1);
            first.submit(() -> {
                blocking.countDown();
                released.await();
                return null;
            });
            blocking.await();
            for (int i = 0; i < 3; i++) {
                assertThat(loops.blocked(Duration.ofMillis(1))
                                .toCompletableFuture()
                                .get())
                        .containsExactly(name);
                assertThat(((SingleThreadEventExecutor) first).pendingTasks()).isEqualTo(1);
            }
            assertThat(lines.containing("event loop blocked: loop=\"" + name + "\""))
                    .hasSize(1);
            released.countDown();
            assertThat(loops.blocked(LONG).toCompletableFuture().get()).isEmpty();
            assertThat(lines.containing("event loop continues: loop=\"" + name + "\""))
                    .hasSize(1);
        } finally {
            loops.release();
        }
    }

    @Test
    void simultaneous_checks_share_one_answer() throws Exception {
        EventLoops loops = EventLoops.single();
        EventLoopGroup group = loops.acquire();
        try {
            CountDownLatch released = new CountDownLatch(1);
            group.next().submit(() -> {
                released.await();
                return null;
            });
            var first = loops.blocked(LONG).toCompletableFuture();
            var second = loops.blocked(LONG).toCompletableFuture();
            released.countDown();
            assertThat(first.get()).isEmpty();
            assertThat(second.get()).isEmpty();
        } finally {
            loops.release();
        }
    }
}

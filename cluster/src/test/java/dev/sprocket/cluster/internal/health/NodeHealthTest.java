package dev.sprocket.cluster.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.leaktest.LogLines;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NodeHealthTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);
    private final LogLines lines = LogLines.record(() -> {});

    @AfterEach
    void stop() {
        lines.close();
    }

    private NodeHealth health(Duration grace) {
        NodeHealth health = new NodeHealth(clock::get);
        health.readyGrace(grace);
        return health;
    }

    /** Lets time pass while the executor of the node runs. */
    private void pass(NodeHealth health, Duration time) {
        clock.addAndGet(time.toNanos());
        health.onRun();
    }

    private int logged(String text) {
        return lines.containing(text).size();
    }

    @Test
    void node_is_not_ready_before_the_first_connection() {
        NodeHealth health = health(ChronoUnit.FOREVER.getDuration());
        assertThat(health.problem()).isEqualTo("engine is not connected yet");
        health.onState(Engine.State.AWAY, "refused");
        pass(health, Duration.ofHours(1));
        assertThat(health.problem()).isEqualTo("engine is not connected yet");
        assertThat(logged("engine away: cause=\"refused\"")).isEqualTo(1);
        assertThat(logged("node not ready")).isZero();
        health.onState(Engine.State.UP, "server");
        assertThat(health.problem()).isEmpty();
    }

    @Test
    void deaf_node_is_not_ready_at_once() {
        NodeHealth health = health(Duration.ofSeconds(60));
        health.onState(Engine.State.UP, "server");
        health.onState(Engine.State.DEAF, "probe");
        assertThat(health.problem()).isEqualTo("engine is deaf");
        health.onState(Engine.State.UP, "server");
        assertThat(health.problem()).isEmpty();
    }

    @Test
    void node_stays_ready_for_the_grace_without_engine() {
        NodeHealth health = health(Duration.ofSeconds(60));
        health.onState(Engine.State.UP, "server");
        pass(health, Duration.ofHours(1));
        health.onState(Engine.State.AWAY, "refused");
        pass(health, Duration.ofSeconds(60).minusNanos(1));
        assertThat(health.problem()).isEmpty();
        assertThat(logged("node not ready")).isZero();
        pass(health, Duration.ofNanos(1));
        assertThat(health.problem()).isEqualTo("engine is away");
        pass(health, Duration.ofSeconds(5));
        assertThat(logged("node not ready, engine is still away: readyGrace=60s"))
                .isEqualTo(1);
        health.onState(Engine.State.UP, "server");
        assertThat(health.problem()).isEmpty();
    }

    @Test
    void grace_may_be_zero_or_forever() {
        NodeHealth none = health(Duration.ZERO);
        none.onState(Engine.State.UP, "server");
        none.onState(Engine.State.AWAY, "refused");
        assertThat(none.problem()).isEqualTo("engine is away");

        NodeHealth forever = health(ChronoUnit.FOREVER.getDuration());
        forever.onState(Engine.State.UP, "server");
        forever.onState(Engine.State.AWAY, "refused");
        pass(forever, Duration.ofDays(10_000));
        assertThat(forever.problem()).isEmpty();
    }

    @Test
    void each_change_of_state_is_logged_once() {
        NodeHealth health = health(Duration.ofSeconds(60));
        for (int i = 0; i < 3; i++) {
            health.onState(Engine.State.AWAY, "refused");
            health.onState(Engine.State.AWAY, "loading");
        }
        assertThat(logged("engine away: ")).isEqualTo(1);
        assertThat(logged("engine still away: cause=\"loading\"")).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
            health.onState(Engine.State.DEAF, "probe " + i);
        }
        assertThat(logged("engine deaf")).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
            health.onState(Engine.State.UP, "server " + i);
        }
        assertThat(logged("engine up")).isEqualTo(1);
    }

    @Test
    void causes_that_always_differ_do_not_fill_the_log() {
        NodeHealth health = health(Duration.ofSeconds(60));
        for (int i = 0; i < 1000; i++) {
            health.onState(Engine.State.AWAY, "cause " + i);
        }
        assertThat(logged("engine ")).isEqualTo(8);
    }

    @Test
    void node_whose_executor_does_not_run_is_not_ready() {
        NodeHealth health = health(Duration.ofSeconds(60));
        health.onState(Engine.State.UP, "server");
        clock.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(health.problem()).isEqualTo("node has handled no events for 10s");
        health.onRun();
        assertThat(health.problem()).isEmpty();
    }
}

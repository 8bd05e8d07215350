package dev.sprocket.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.pubsub.Position;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MemoryEngineTest extends EngineContract {
    private final MemoryHub hub = new MemoryHub();

    @Override
    protected Engine newEngine() {
        return hub.engine();
    }

    @Test
    void restarted_hub_is_empty_and_subscribes_again() {
        get(a.engine.subscribe(List.of("t")));
        Position before = a.append("t", 1, "1").position();
        hub.restartEmpty();
        assertThat(a.awaitLoss()).isEqualTo(Engine.Cause.RECONNECTED);
        a.awaitState(Engine.State.UP);
        assertThat(b.append("t", 2, "2").position().epoch()).isNotEqualTo(before.epoch());
        assertThat(a.texts(2)).containsExactly("1", "2");
    }

    @Test
    void stopped_hub_carries_out_held_commands_later() {
        get(b.engine.subscribe(List.of("t")));
        hub.stop();
        var appended =
                a.engine.append("t", a.envelope("t", 1, "1"), LIMITS, List.of()).toCompletableFuture();
        assertThat(appended).isNotDone();
        assertThat(b.waiting()).isZero();
        hub.resume();
        assertThat(get(appended).previous()).isZero();
        assertThat(b.texts(1)).containsExactly("1");
    }

    @Test
    void lost_tail_gives_offsets_again_for_other_events() {
        a.append("t", 1, "1");
        Position lost = a.append("t", 2, "2").position();
        assertThat(hub.loseTail("t", 1)).isEqualTo(1);
        Position other = a.append("t", 3, "3").position();
        assertThat(other.epoch()).isEqualTo(lost.epoch());
        assertThat(other.offset()).isEqualTo(lost.offset());
        assertThat(other.check()).isNotEqualTo(lost.check());
        assertThat(get(a.engine.read("t", lost, 10, 1000)).gap()).isNotNull();
    }
}

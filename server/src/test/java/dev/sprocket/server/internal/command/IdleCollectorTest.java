package dev.sprocket.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class IdleCollectorTest {
    private static final long MB = 1 << 20;

    private final Vm vm = new Vm();
    private final IdleCollector collector = new IdleCollector(vm);

    private static final class Vm implements IdleCollector.Vm {
        long live = 10 * MB;
        long garbage = 10 * MB;
        long cpu;
        long pause = 1_000_000;
        int collections;

        @Override
        public long used() {
            return live + garbage;
        }

        @Override
        public long cpu() {
            return cpu;
        }

        @Override
        public long collect() {
            collections++;
            garbage = 0;
            return pause;
        }
    }

    @Test
    void idle_process_collects_once_per_new_garbage() {
        collector.check();
        collector.check();
        assertThat(vm.collections).isEqualTo(1);
        vm.garbage = IdleCollector.WORTHWHILE - 1;
        collector.check();
        assertThat(vm.collections).isEqualTo(1);
        vm.garbage = IdleCollector.WORTHWHILE;
        collector.check();
        assertThat(vm.collections).isEqualTo(2);
    }

    @Test
    void busy_process_does_not_collect() {
        for (int i = 0; i < 10; i++) {
            vm.cpu += IdleCollector.INTERVAL.toNanos() / 10;
            collector.check();
        }
        assertThat(vm.collections).isZero();
        collector.check();
        assertThat(vm.collections).isEqualTo(1);
    }

    @Test
    void long_collections_become_rare() {
        vm.pause = Duration.ofMillis(200).toNanos();
        assertThat(collector.check()).isEqualTo(Duration.ofSeconds(100));
        vm.pause = Duration.ofSeconds(5).toNanos();
        vm.garbage = 10 * MB;
        assertThat(collector.check()).isEqualTo(IdleCollector.MAX_INTERVAL);
    }

    @Test
    void useless_collections_become_rare() {
        Duration interval = IdleCollector.INTERVAL;
        for (int i = 0; i < 10; i++) {
            // all of it is live
            vm.live += IdleCollector.WORTHWHILE;
            vm.garbage = 0;
            Duration next = collector.check();
            assertThat(next).isGreaterThanOrEqualTo(interval);
            interval = next;
        }
        assertThat(interval).isEqualTo(IdleCollector.MAX_INTERVAL);
    }
}

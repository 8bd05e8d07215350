package dev.sprocket.faultlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ScheduleTest {
    @Test
    void seed_repeats_the_schedule() {
        assertThat(Schedule.of(3)).isEqualTo(Schedule.of(3));
        assertThat(Schedule.of(3)).hasToString(Schedule.of(3).scenario().name());
    }

    @Test
    void seeds_differ() {
        assertThat(LongStream.range(0, 10).mapToObj(Schedule::of).distinct()).hasSize(10);
    }

    @Test
    void each_fault_happens_once() {
        assertThat(Schedule.of(1).faults()).containsExactlyInAnyOrder(Schedule.Fault.values());
    }
}

package dev.sprocket.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.internal.metrics.CoreMetrics;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(30)
class SprocketMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final SprocketMetrics bound = new SprocketMetrics();

    @AfterEach
    void unbind() {
        bound.close();
    }

    private double refused() {
        return registry.get("sprocket.connections.refused")
                .tag("reason", "address")
                .functionCounter()
                .count();
    }

    @Test
    void counter_is_read_when_the_registry_asks() {
        bound.bindTo(registry);
        double before = refused();
        CoreMetrics.REFUSED.increment(CoreMetrics.Refusal.ADDRESS);
        assertThat(refused() - before).isEqualTo(1);
    }

    @Test
    void counters_outlive_the_binder() throws Exception {
        WeakReference<SprocketMetrics> binder = bind();
        double before = refused();
        while (binder.get() != null) {
            System.gc();
        }
        CoreMetrics.REFUSED.increment(CoreMetrics.Refusal.ADDRESS);
        assertThat(refused() - before).isEqualTo(1);
    }

    private WeakReference<SprocketMetrics> bind() {
        SprocketMetrics binder = new SprocketMetrics();
        binder.bindTo(registry);
        binder.close();
        return new WeakReference<>(binder);
    }

    @Test
    void times_are_measured_while_a_registry_is_bound() {
        assertThat(CoreMetrics.LOOP_LAG.start()).isZero();
        bound.bindTo(registry);
        CoreMetrics.LOOP_LAG.end(CoreMetrics.LOOP_LAG.start());
        assertThat(registry.get("sprocket.loop.lag").timer().count()).isEqualTo(1);
        bound.close();
        assertThat(CoreMetrics.LOOP_LAG.start()).isZero();
        CoreMetrics.LOOP_LAG.record(1_000_000);
        assertThat(registry.get("sprocket.loop.lag").timer().count()).isEqualTo(1);
    }

    @Test
    void two_registries_record_the_same_times() {
        MeterRegistry other = new SimpleMeterRegistry();
        try (SprocketMetrics binder = new SprocketMetrics()) {
            binder.bindTo(registry);
            binder.bindTo(other);
            CoreMetrics.LOOP_LAG.record(1_000_000);
        }
        assertThat(registry.get("sprocket.loop.lag").timer().count()).isEqualTo(1);
        assertThat(other.get("sprocket.loop.lag").timer().count()).isEqualTo(1);
    }

    @Test
    void tags_are_lower_case_words() {
        bound.bindTo(registry);
        for (Meter meter : registry.getMeters()) {
            if (meter.getId().getName().endsWith(".histogram")) { // of the buckets
                continue;
            }
            for (Tag tag : meter.getId().getTags()) {
                assertThat(tag.getKey()).matches("[a-z]+");
                assertThat(tag.getValue()).matches("[a-z0-9-]+");
            }
        }
    }
}

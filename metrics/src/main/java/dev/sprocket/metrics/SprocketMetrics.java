package dev.sprocket.metrics;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.metrics.Distribution;
import dev.sprocket.core.internal.metrics.Metric;
import dev.sprocket.core.internal.metrics.MetricSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Binds the counters of all layers of this process to a registry of Micrometer.
 *
 * <pre>{@code
 * MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
 * new SprocketMetrics().bindTo(registry);
 * }</pre>
 *
 * <p>The layers count in any case; a registry reads their counters when it is asked. Times are measured only while a
 * registry is bound. The numbers are those of the process, with all its servers, and survive their restart. No tag
 * depends on a topic, a user or a peer. {@code docs/operate/metrics.md} lists all meters.
 */
@ThreadSafe
public final class SprocketMetrics implements MeterBinder, AutoCloseable {
    /** Object of the counters, to which a registry refers weakly. */
    private static final Object PROCESS = SprocketMetrics.class;

    private final List<Runnable> unbinds = new ArrayList<>();

    /** Creates a binder. */
    public SprocketMetrics() {}

    @Override
    public void bindTo(MeterRegistry registry) {
        ServiceLoader<MetricSource> sources =
                ServiceLoader.load(MetricSource.class, MetricSource.class.getClassLoader());
        for (MetricSource source : sources) {
            source.metrics().forEach(metric -> bind(metric, registry));
            source.distributions().forEach(distribution -> bind(distribution, registry));
        }
        bind(DirectMemory.metric(), registry);
    }

    private static void bind(Metric metric, MeterRegistry registry) {
        for (Metric.Series series : metric.series()) {
            Tags tags = Tags.of(series.tags().toArray(String[]::new));
            if (metric.kind() == Metric.Kind.COUNTER) {
                FunctionCounter.builder(metric.name(), PROCESS, process -> series.value()
                                .getAsDouble())
                        .tags(tags)
                        .description(metric.description())
                        .baseUnit(metric.unit())
                        .register(registry);
            } else if ("seconds".equals(metric.unit())) {
                TimeGauge.builder(metric.name(), series, TimeUnit.SECONDS, one -> one.value()
                                .getAsDouble())
                        .tags(tags)
                        .description(metric.description())
                        .strongReference(true)
                        .register(registry);
            } else {
                Gauge.builder(metric.name(), series, one -> one.value().getAsDouble())
                        .tags(tags)
                        .description(metric.description())
                        .baseUnit(metric.unit())
                        .strongReference(true)
                        .register(registry);
            }
        }
    }

    private void bind(Distribution distribution, MeterRegistry registry) {
        Timer timer = Timer.builder(distribution.name())
                .description(distribution.description())
                .serviceLevelObjectives(distribution.buckets().toArray(Duration[]::new))
                .register(registry);
        LongConsumer recorder = nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
        distribution.add(recorder);
        synchronized (unbinds) {
            unbinds.add(() -> distribution.remove(recorder));
        }
    }

    /** Ends the measurement of times for the registries of this binder. The meters remain, with their last values. */
    @Override
    public void close() {
        synchronized (unbinds) {
            unbinds.forEach(Runnable::run);
            unbinds.clear();
        }
    }
}

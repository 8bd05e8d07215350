package dev.sprocket.config.internal.metrics;

import dev.sprocket.core.internal.metrics.Metric;
import dev.sprocket.core.internal.metrics.MetricSource;
import dev.sprocket.core.internal.metrics.TaggedCounter;
import java.util.List;

/** Counters of reloads. */
public final class ConfigMetrics implements MetricSource {
    /** Result of a reload. */
    public enum Reload {
        SUCCESS,
        /** The old configuration stays in effect. */
        FAILURE
    }

    /** Reloads of the configuration file. */
    public static final TaggedCounter<Reload> RELOADS =
            TaggedCounter.of("sprocket.reloads", "Reloads of the configuration file", "result", Reload.class);

    @Override
    public List<Metric> metrics() {
        return List.of(RELOADS.metric());
    }
}

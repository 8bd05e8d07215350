package dev.sprocket.metrics.internal.plugin;

import dev.sprocket.core.internal.metrics.InfoMetric;
import dev.sprocket.core.internal.metrics.MetricSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * Gauges of all metrics whose series change.
 *
 * <p>Not thread-safe.
 */
final class InfoMeters {
    private final Map<InfoMetric, MultiGauge> gauges = new LinkedHashMap<>();

    InfoMeters(MeterRegistry registry) {
        for (MetricSource source : ServiceLoader.load(MetricSource.class, MetricSource.class.getClassLoader())) {
            for (InfoMetric info : source.infos()) {
                gauges.put(
                        info,
                        MultiGauge.builder(info.name())
                                .description(info.description())
                                .register(registry));
            }
        }
    }

    /** Sets the series to what there is now. */
    void update() {
        gauges.forEach((info, gauge) -> {
            List<MultiGauge.Row<?>> rows = new ArrayList<>();
            for (List<String> values : info.rows().get()) {
                Tags tags = Tags.empty();
                for (int i = 0; i < values.size(); i++) {
                    tags = tags.and(info.keys().get(i), values.get(i));
                }
                rows.add(MultiGauge.Row.of(tags, 1));
            }
            gauge.register(rows, true);
        });
    }
}

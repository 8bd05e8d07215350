package dev.sprocket.core.internal.metrics;

import java.util.List;

/**
 * Metrics of one layer, found by {@link java.util.ServiceLoader}.
 *
 * <p>A layer counts in one class of its own, whose counters live as long as the process: they survive reloads and
 * connections, and no object needs a reference to them.
 */
public interface MetricSource {
    /** Returns all metrics of the layer. */
    List<Metric> metrics();

    /** Returns all distributions of the layer. */
    default List<Distribution> distributions() {
        return List.of();
    }

    /** Returns all metrics of the layer whose series change. */
    default List<InfoMetric> infos() {
        return List.of();
    }
}

package dev.sprocket.bench.report;

import dev.sprocket.bench.load.Window;
import java.util.List;

/**
 * One measurement.
 *
 * @param figures results in the order of {@link Case#figures}
 * @param serverCpu fraction of one core; negative if not measured
 * @param loadCpu fraction of one core; negative if not measured
 */
public record Sample(List<Double> figures, double serverCpu, double loadCpu) {
    public static Sample of(Window window, double... figures) {
        return new Sample(java.util.Arrays.stream(figures).boxed().toList(), window.serverCpu(), window.loadCpu());
    }
}

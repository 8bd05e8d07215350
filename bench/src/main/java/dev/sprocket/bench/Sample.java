package dev.sprocket.bench;

import java.util.List;

/**
 * One measurement.
 *
 * @param figures in the order of {@link Case#figures}
 * @param serverCpu of one core; below 0 if it was not looked at
 */
record Sample(List<Double> figures, double serverCpu, double loadCpu) {
    static Sample of(Window window, double... figures) {
        return new Sample(java.util.Arrays.stream(figures).boxed().toList(), window.serverCpu(), window.loadCpu());
    }
}

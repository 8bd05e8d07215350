package dev.sprocket.bench.report;

import java.util.List;

/**
 * Interval that contains the median with a probability of at least 95 percent.
 *
 * <p>Its ends are samples (order statistics), so it assumes nothing about their distribution.
 */
record Interval(double lowest, double highest) {
    /** Fewest samples whose range contains the median with this probability. */
    static final int MIN_SAMPLES = 6;

    private static final double OUTSIDE = 0.025;

    /** Returns the interval of at least {@link #MIN_SAMPLES} samples. */
    static Interval of(List<Double> samples) {
        List<Double> sorted = samples.stream().sorted().toList();
        int rank = rank(sorted.size());
        return new Interval(sorted.get(rank), sorted.get(sorted.size() - 1 - rank));
    }

    /** Returns the largest index of a sorted sample that exceeds the median improbably. */
    private static int rank(int samples) {
        double probability = Math.pow(0.5, samples);
        double below = probability;
        int rank = 0;
        while (true) {
            probability = probability * (samples - rank) / (rank + 1);
            below += probability;
            if (below > OUTSIDE) {
                return rank;
            }
            rank++;
        }
    }
}

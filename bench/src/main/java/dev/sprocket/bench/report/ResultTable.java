package dev.sprocket.bench.report;

import dev.sprocket.bench.peer.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Formats the results of one {@link Case} as a table of at most 80 columns. Not thread-safe. */
final class ResultTable {
    private static final String ROW = "%-15s%9s%10s%10s%8s%7s%8s  %s%n";

    private ResultTable() {}

    /**
     * Formats a table.
     *
     * <p>The first server is Sprocket. Ratios divide Sprocket's figure by the other server's, using samples of the same
     * round.
     */
    static String table(Case measured, Map<Server, List<Sample>> samples) {
        StringBuilder out = new StringBuilder("\n" + measured.label() + "\n");
        List<Sample> ours = samples.values().iterator().next();
        for (int i = 0; i < measured.figures().size(); i++) {
            int figure = i;
            out.append(measured.figures().get(i)).append('\n');
            out.append(String.format(ROW, "", "median", "lowest", "highest", "server", "load", "ratio", "spread"));
            samples.forEach((server, theirs) -> out.append(row(server, figure, ours, theirs)));
            samples.forEach((server, theirs) -> out.append(interval(server, ratios(server, figure, ours, theirs))));
        }
        return out.toString();
    }

    private static String row(Server server, int figure, List<Sample> ours, List<Sample> theirs) {
        if (theirs.isEmpty()) {
            return String.format("%-15s%9s%n", server, "failed");
        }
        List<Double> values = column(theirs, figure);
        List<Double> ratios = ratios(server, figure, ours, theirs);
        return String.format(
                        ROW,
                        server,
                        number(median(values)),
                        number(values.stream().min(Double::compare).orElseThrow()),
                        number(values.stream().max(Double::compare).orElseThrow()),
                        percent(median(theirs.stream().map(Sample::serverCpu).toList())),
                        percent(median(theirs.stream().map(Sample::loadCpu).toList())),
                        ratios.isEmpty() ? "" : ratio(median(ratios)),
                        ratios.isEmpty() ? "" : spread(ratios))
                .replaceAll(" +\\R", "\n");
    }

    /** Returns Sprocket's figures divided by those of the other server in the same rounds. */
    private static List<Double> ratios(Server server, int figure, List<Sample> ours, List<Sample> theirs) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; server != Server.SPROCKET && round < Math.min(ours.size(), theirs.size()); round++) {
            double ratio = ours.get(round).figures().get(figure)
                    / theirs.get(round).figures().get(figure);
            if (Double.isFinite(ratio)) {
                ratios.add(ratio);
            }
        }
        return ratios;
    }

    /** Returns a line about the median ratio; empty for too few rounds. */
    private static String interval(Server server, List<Double> ratios) {
        if (ratios.size() < Interval.MIN_SAMPLES) {
            return "";
        }
        Interval interval = Interval.of(ratios);
        return String.format(
                Locale.ROOT,
                "median ratio to %s: %.3f, 95 %% interval %.3f-%.3f, %d pairs%n",
                server,
                median(ratios),
                interval.lowest(),
                interval.highest(),
                ratios.size());
    }

    private static List<Double> column(List<Sample> samples, int figure) {
        return samples.stream().map(sample -> sample.figures().get(figure)).toList();
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return String.format(Locale.ROOT, value >= 1000 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }

    private static String percent(double ofOneCore) {
        return ofOneCore < 0 ? "" : Math.round(ofOneCore * 100) + "%";
    }

    private static String spread(List<Double> ratios) {
        return ratio(ratios.stream().min(Double::compare).orElseThrow()) + "-"
                + ratio(ratios.stream().max(Double::compare).orElseThrow());
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}

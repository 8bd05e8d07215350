package dev.sprocket.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.bench.peer.Mode;
import dev.sprocket.bench.peer.Server;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ResultTableTest {
    private static final Case CASE = new Case("label", Mode.ECHO, List.of("figure"), (server, target) -> sample(0));

    private static Sample sample(double figure) {
        return new Sample(List.of(figure), 0.984, 0.5);
    }

    @Test
    void ratios_use_samples_of_same_round_within_80_columns() {
        Map<Server, List<Sample>> samples = new LinkedHashMap<>();
        samples.put(Server.SPROCKET, List.of(sample(1_234_567), sample(300), sample(200)));
        samples.put(Server.JAVA_WEBSOCKET, List.of(sample(1_234_567), sample(200), sample(50)));
        String table = ResultTable.table(CASE, samples);
        assertThat(table.lines()).allMatch(line -> line.length() <= 80);
        assertThat(table)
                .containsPattern("sprocket +300\\.0 +200\\.0 +1,234,567 +98% +50%\n")
                .containsPattern("java-websocket +200\\.0 +50\\.0 +1,234,567 +98% +50% +1\\.50  1\\.00-4\\.00\n");
    }

    @Test
    void missing_figure_has_no_ratio() {
        Map<Server, List<Sample>> samples = new LinkedHashMap<>();
        samples.put(Server.SPROCKET, List.of(sample(1)));
        samples.put(Server.UWS, List.of(sample(Double.NaN)));
        assertThat(ResultTable.table(CASE, samples)).containsPattern("uws +- +- +- +98% +50%\n");
    }

    @Test
    void failed_server_is_shown() {
        Map<Server, List<Sample>> samples = new LinkedHashMap<>();
        samples.put(Server.SPROCKET, List.of(sample(1)));
        samples.put(Server.NETTY, List.of());
        assertThat(ResultTable.table(CASE, samples)).containsPattern("netty +failed\n");
    }

    @Test
    void six_rounds_have_an_interval() {
        Map<Server, List<Sample>> samples = new LinkedHashMap<>();
        samples.put(
                Server.SPROCKET,
                IntStream.rangeClosed(1, 6).mapToObj(ResultTableTest::sample).toList());
        samples.put(Server.SPROCKET_LOG, Collections.nCopies(6, sample(2)));
        assertThat(ResultTable.table(CASE, samples))
                .contains("\nmedian ratio to sprocket-log: 1.750, 95 % interval 0.500-3.000, 6 pairs\n");
    }

    @ParameterizedTest
    @CsvSource({"6, 1, 6", "8, 1, 8", "9, 2, 8", "20, 6, 15", "100, 40, 61"})
    void interval_has_the_tabulated_ranks(int samples, double lowest, double highest) {
        List<Double> ranks =
                IntStream.rangeClosed(1, samples).asDoubleStream().boxed().toList();
        assertThat(Interval.of(ranks)).isEqualTo(new Interval(lowest, highest));
    }

    @Test
    void median_of_even_count_is_mean_of_middle_two() {
        assertThat(ResultTable.median(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(2.5);
        assertThat(ResultTable.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
    }
}

package dev.sprocket.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.bench.peer.Mode;
import dev.sprocket.bench.peer.Server;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

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
    void median_of_even_count_is_mean_of_middle_two() {
        assertThat(ResultTable.median(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(2.5);
        assertThat(ResultTable.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
    }
}

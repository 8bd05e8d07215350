package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Warnings about limiters around a byte stream. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LimiterOrderTest {
    @TempDir
    Path folder;

    private List<String> warnings(String listener) throws Exception {
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                "listeners.a {\n address = \"127.0.0.1:0\"\n" + listener + "\n}\ntopics {}\n");
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            return server.warnings();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lines | layers = [{ limiter { messages-per-second = 5 } }, lines], component = echo",
                "lines | layers = [{ limiter { bytes-per-second = 5 } }, lines], component = echo",
                "http | layers = [{ limiter { bytes-per-second = 5, on-excess = reject } }, http, ws], component ="
                        + " echo",
                "ws | layers = [http, { limiter { messages-per-second = 5 } }, ws], component = echo",
                "ws | layers = [http, { limiter { messages-per-second = 5 } }, logger, ws], component = echo",
                "ws | routes = [{ path = /x, layers = [{ limiter { messages-per-second = 5 } }, ws], component = echo"
                        + " }]",
                "ws | layers = [http, { limiter { messages-per-second = 5 } }], routes = [{ path = /x, layers = [ws],"
                        + " component = echo }, { path = /y, layers = [ws], component = echo }]"
            })
    void warns_of_rejecting_limiter_around_byte_stream(String reader, String listener) throws Exception {
        assertThat(warnings(listener))
                .containsExactly(
                        "site.conf:3: layer limiter: on-excess = reject drops parts of the byte stream that layer "
                                + reader + " parses (expected: limiter after " + reader
                                + ", or on-excess = pause or close)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "layers = [lines, { limiter { messages-per-second = 5 } }], component = echo",
                "layers = [{ limiter { messages-per-second = 5, on-excess = pause } }, lines], component = echo",
                "layers = [{ limiter { bytes-per-second = 5, on-excess = close } }, http, ws], component = echo",
                "layers = [{ limiter { max-connections = 5, max-connections-per-address = 2 } }, http, ws], component"
                        + " = echo",
                "layers = [http, ws, { limiter { messages-per-second = 5 } }], component = echo",
                "layers = [http, comet, { limiter { messages-per-second = 5 } }], component = echo",
                "routes = [{ path = /x, layers = [ws, { limiter { messages-per-second = 5 } }, wamp],"
                        + " component = pubsub }]"
            })
    void does_not_warn_of_other_limiters(String listener) throws Exception {
        assertThat(warnings(listener)).isEmpty();
    }
}

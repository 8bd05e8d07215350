package dev.sprocket.wamp.internal.serializer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class JsonWriterTest {
    private static String json(Object tree) {
        JsonWriter out = new JsonWriter();
        ValueTrees.write(out, tree);
        return new String(out.bytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 123, 124, 125, 126, 127, 128, 129, 255, 256, 257, 100_000})
    void text_of_any_length_is_written(int length) {
        String text = "x".repeat(length);
        assertThat(json(List.of(text, 1L))).isEqualTo("[\"" + text + "\",1]");
        assertThat(json("\n".repeat(length))).isEqualTo("\"" + "\\n".repeat(length) + "\"");
    }

    @Test
    void nested_values_are_separated() {
        assertThat(json(List.of(List.of(), Map.of("a", List.of(1L, true)), Map.of())))
                .isEqualTo("[[],{\"a\":[1,true]},{}]");
    }

    @Test
    void time_has_milliseconds() {
        assertThat(json(Instant.parse("2026-11-26T10:00:00.123456Z"))).isEqualTo("\"2026-11-26T10:00:00.123Z\"");
    }

    @Test
    void numbers_are_exact_and_non_finite_ones_null() {
        assertThat(JsonReader.numberText(1L)).isEqualTo("1");
        assertThat(JsonReader.numberText(0.1)).isEqualTo("0.1");
        assertThat(JsonReader.numberText(1e300)).isEqualTo("1.0E300");
        assertThat(JsonReader.numberText(Double.NaN)).isEqualTo("null");
    }
}

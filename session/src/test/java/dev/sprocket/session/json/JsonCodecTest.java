package dev.sprocket.session.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class JsonCodecTest {
    private final JsonCodec codec = new JsonCodec();

    private Map<String, @Nullable Object> read(String json) throws SessionFormatException {
        return codec.decode(json.getBytes(StandardCharsets.UTF_8));
    }

    private String written(Map<String, @Nullable Object> attributes) throws SessionFormatException {
        return new String(codec.encode(attributes), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"user\":\"Ann\",\"id\":7,\"ok\":true,\"none\":null}",
                "{\"list\":[1,\"two\",[],{}],\"map\":{\"a\":{\"b\":-1}}}",
                "{\"least\":-9223372036854775808,\"most\":9223372036854775807}",
                "{\"float\":1.0,\"zero\":-0.0,\"small\":1.0E-7}",
                "{\"\":\"<\u00e4\uD83D\uDE00\\n\\u2028>\"}"
            })
    void encodes_decoded_session_unchanged(String json) throws Exception {
        assertThat(written(read(json))).isEqualTo(json);
    }

    @Test
    void integers_are_long_and_other_numbers_double() throws Exception {
        assertThat(
                        read(
                                "{\"a\":1,\"b\":1.0,\"c\":1e2,\"d\":-0,\"e\":9223372036854775808,\"f\":123456789012345678901234}"))
                .isEqualTo(
                        Map.of("a", 1L, "b", 1.0, "c", 100.0, "d", -0.0, "e", 0x1p63, "f", 123456789012345678901234.0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "[]",
                "null",
                "{",
                "{\"a\":1",
                "{\"a\":1}}",
                "{\"a\":1,}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":1e999}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "{\"a\":\"\\ud83d\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":TRUE}",
                "/**/{}"
            })
    void malformed_session_error_contains_no_values(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(SessionFormatException.class)
                .hasMessageContaining("expected: ");
    }

    @Test
    void rejects_bytes_that_are_not_utf8() {
        assertThatThrownBy(() -> codec.decode(new byte[] {'{', '"', (byte) 0xFF, '"', ':', '1', '}'}))
                .hasMessageContaining("UTF-8");
    }

    @Test
    void limits_depth_and_number_of_values() throws Exception {
        int depth = SessionCodec.MAX_DEPTH - 1;
        assertThat(read("{\"a\":" + "[".repeat(depth) + "1" + "]".repeat(depth) + "}"))
                .hasSize(1);
        assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(depth + 1) + "1" + "]".repeat(depth + 1) + "}"))
                .hasMessageContaining("nested too deeply");
        assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(1_000_000))).hasMessageContaining("nested too deeply");
        assertThatThrownBy(() -> read("{\"a\":[1" + ",1".repeat(100_000) + "]}"))
                .hasMessageContaining("too many values");
        assertThatThrownBy(() -> written(Map.of("a", Collections.nCopies(100_000, 1L))))
                .hasMessageContaining("too many values");
    }

    @Test
    void rejects_values_without_json_form() {
        for (Object value : List.of(
                Double.NaN, Double.NEGATIVE_INFINITY, new byte[1], new SessionObject("U", Map.of()), "half \uD83D")) {
            assertThatThrownBy(() -> written(Map.of("a", value))).isInstanceOf(SessionFormatException.class);
        }
    }
}

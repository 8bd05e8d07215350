package dev.sprocket.core.internal.json;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests duplicate names and a byte order mark. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class JsonDuplicateNamesTest {
    private static JsonCursor cursor(String json) {
        return new JsonCursor(Unpooled.wrappedBuffer(json.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"b\":2,\"\\u0061\":3}",
                "[{\"x\":{\"y\":[{\"a\":1,\"a\":1}]}}]",
                "{\"\":1,\"\":2}"
            })
    void rejects_duplicate_names_at_any_depth(String json) {
        assertThatThrownBy(() -> cursor(json).rejectDuplicateNames().raw())
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("twice in one object");
        assertThatCode(() -> cursor(json).raw()).doesNotThrowAnyException();
    }

    @Test
    void accepts_equal_names_in_different_objects() {
        assertThatCode(() -> cursor("{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}}")
                        .rejectDuplicateNames()
                        .raw())
                .doesNotThrowAnyException();
    }

    @Test
    void error_names_the_byte_order_mark() {
        assertThatThrownBy(() -> cursor("\uFEFF{\"a\":1}").raw())
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("byte order mark U+FEFF");
        assertThatThrownBy(() -> cursor("\uFEFF[1]").open('[')).hasMessageContaining("byte order mark");
        assertThatThrownBy(() -> cursor("[\uFEFF1]").raw()).hasMessageNotContaining("byte order mark");
    }
}

package dev.sprocket.core.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests texts that RFC 8259 allows. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class JsonCursorTest {
    private static JsonCursor on(String json) {
        return new JsonCursor(Unpooled.copiedBuffer(json, UTF_8));
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-0",
                "7",
                "-12",
                "1234567890123456789012345678901234567890",
                "0.5",
                "-1.25",
                "1e5",
                "1E5",
                "1e+5",
                "1e-05",
                "0e0",
                "-0.0E-0",
                "\"\"",
                "\"text\"",
                "\"né€😀\"",
                "\"\u007f\"",
                "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\uD83D\\uDE00\"",
                "\"\\ud800\"",
                "[]",
                "[ ]",
                "[1]",
                "[1,2]",
                "[ 1 , \"a\" , null ]",
                "[[],[[]]]",
                "{}",
                "{ }",
                "{\"a\":1}",
                "{\"\":{}}",
                "{ \"a\" : [ ] , \"b\" : { \"c\" : -1 } }",
                "{\"a\":1,\"a\":2}"
            })
    void raw_returns_every_valid_value_unchanged(String json) {
        JsonCursor cursor = on(" \t\r\n" + json + " \t\r\n");

        assertThat(cursor.raw().toString(UTF_8)).isEqualTo(json);
        cursor.end();
    }

    @ParameterizedTest
    @CsvSource({
        "[1],[",
        "'  {}',{",
        "'\t\"x\"','\"'",
        "' ]',]",
        "'\n}',}",
        "',',','",
        "':1',:",
        "-1,-",
        "9,9",
        "true,t",
        "x,x"
    })
    void peek_does_not_consume_the_next_token(String json, char mark) {
        JsonCursor cursor = on(json);

        assertThat(cursor.peek()).isEqualTo(mark);
        assertThat(cursor.peek()).isEqualTo(mark);
    }

    @Test
    void peek_is_0_at_the_end() {
        assertThat(on("").peek()).isEqualTo('\0');
        assertThat(on("  \n").peek()).isEqualTo('\0');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "plain|plain",
                "\\u0041\\u00e9\\u20AC|Aé€",
                "\\uD83D\\uDE00|😀",
                "😀|😀",
                "\\\"\\\\\\/|\"\\/",
                "a\\\\u0041|a\\u0041"
            })
    void string_unescapes_text(String json, String value) {
        assertThat(on('"' + json + '"').string()).isEqualTo(value);
    }

    @Test
    void string_unescapes_control_characters() {
        assertThat(on("\"\\b\\f\\n\\r\\t\"").string()).isEqualTo("\b\f\n\r\t");
    }

    @Test
    void unpaired_surrogate_is_allowed_in_text_only() {
        assertThat(on("\"\\uD83D!\"").text()).isEqualTo("\uD83D!");
        assertThatThrownBy(() -> on(" \"\\uD83D!\"").string())
                .hasMessage("JSON, line 1, column 2: unpaired surrogate in a name");
        assertThatThrownBy(() -> on("{\"\\uDE00\":1}").raw()).hasMessageEndingWith("unpaired surrogate in a name");
        assertThat(on("{\"\\uD83D\\uDE00\":\"\\uD83D\"}").raw().readableBytes()).isEqualTo(25);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "-0,0", "7,7", "-12,-12", "999999999,999999999", "-999999999,-999999999"})
    void reads_integers_of_up_to_nine_digits(String json, int value) {
        assertThat(on(json).integer()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000000000", "1.0", "1e2", "\"1\"", "true", "null", "[1]", "{}"})
    void integer_rejects_other_values(String json) {
        assertThatThrownBy(() -> on("  " + json).integer())
                .isInstanceOf(JsonException.class)
                .hasMessage("JSON, line 1, column 3: expected an integer");
    }

    @Test
    void reads_an_object_member_by_member() {
        JsonCursor cursor = on("{\"a\":1 , \"b\" : \"two\",\"c\":[3]}");

        cursor.open('{');
        assertThat(cursor.next('}', true)).isTrue();
        assertThat(cursor.name()).isEqualTo("a");
        assertThat(cursor.integer()).isEqualTo(1);
        assertThat(cursor.next('}', false)).isTrue();
        assertThat(cursor.name()).isEqualTo("b");
        assertThat(cursor.string()).isEqualTo("two");
        assertThat(cursor.next('}', false)).isTrue();
        assertThat(cursor.name()).isEqualTo("c");
        assertThat(cursor.raw().toString(UTF_8)).isEqualTo("[3]");
        assertThat(cursor.next('}', false)).isFalse();
        cursor.end();
    }

    @Test
    void reads_an_empty_array() {
        JsonCursor cursor = on("[ ]");

        cursor.open('[');
        assertThat(cursor.next(']', true)).isFalse();
        cursor.end();
    }

    @Test
    void buffer_indices_and_reference_count_are_unchanged() {
        ByteBuf buffer = Unpooled.copiedBuffer("xx[1,2]yy", UTF_8);
        buffer.readerIndex(2).writerIndex(7);

        JsonCursor cursor = new JsonCursor(buffer);
        ByteBuf raw = cursor.raw();
        cursor.end();

        assertThat(raw.toString(UTF_8)).isEqualTo("[1,2]");
        assertThat(buffer.readerIndex()).isEqualTo(2);
        assertThat(buffer.writerIndex()).isEqualTo(7);
        assertThat(buffer.refCnt()).isEqualTo(1);
    }

    @Test
    void copy_is_independent() {
        JsonCursor cursor = on("[1,2]");
        cursor.open('[');

        JsonCursor other = cursor.copy();
        assertThat(other.integer()).isEqualTo(1);
        assertThat(other.next(']', false)).isTrue();

        assertThat(cursor.integer()).isEqualTo(1);
        assertThat(other.integer()).isEqualTo(2);
    }

    @Test
    void accepts_64_nesting_levels() {
        JsonCursor cursor = on(nested(64));

        assertThat(cursor.raw().readableBytes()).isEqualTo(128);
        cursor.end();
    }

    @Test
    void siblings_do_not_increase_the_depth() {
        JsonCursor cursor = on("[" + "[[{}]],".repeat(200) + "0]");

        cursor.raw();
        cursor.end();
        assertThat(cursor.peek()).isEqualTo('\0');
    }

    @Test
    void opened_brackets_count_as_depth() {
        JsonCursor cursor = on("[" + nested(64) + "]");
        cursor.open('[');

        assertThatThrownBy(cursor::raw)
                .isInstanceOf(JsonException.class)
                .hasMessage("JSON, line 1, column 65: nested too deep (expected: <= 64)");
    }
}

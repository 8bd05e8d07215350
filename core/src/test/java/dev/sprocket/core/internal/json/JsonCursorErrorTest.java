package dev.sprocket.core.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests texts that RFC 8259 does not allow, and the position of each error. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class JsonCursorErrorTest {
    private static JsonCursor on(String json) {
        return new JsonCursor(Unpooled.copiedBuffer(json, UTF_8));
    }

    private static void readAll(String json) {
        JsonCursor cursor = on(json);
        cursor.raw();
        cursor.end();
    }

    static Stream<Arguments> invalidTexts() {
        return Stream.of(
                arguments("", 1, 1, "expected a value"),
                arguments("  \n ", 2, 2, "expected a value"),
                arguments("x", 1, 1, "expected a value"),
                arguments("'a'", 1, 1, "expected a value"),
                arguments("+1", 1, 1, "expected a value"),
                arguments(".5", 1, 1, "expected a value"),
                arguments("NaN", 1, 1, "expected a value"),
                arguments("\uFEFF1", 1, 1, "byte order mark U+FEFF (expected: none before JSON, RFC 8259 8.1)"),
                arguments("\u00a01", 1, 1, "expected a value"),
                arguments("/* c */ 1", 1, 1, "expected a value"),
                arguments("tru", 1, 1, "expected true"),
                arguments("True", 1, 1, "expected a value"),
                arguments("[fals]", 1, 2, "expected false"),
                arguments("nul", 1, 1, "expected null"),
                arguments("truex", 1, 5, "expected the end"),
                arguments("-", 1, 2, "expected a digit"),
                arguments("-x", 1, 2, "expected a digit"),
                arguments("1.", 1, 3, "expected a digit"),
                arguments("1.e5", 1, 3, "expected a digit"),
                arguments("1e", 1, 3, "expected a digit"),
                arguments("1e+", 1, 4, "expected a digit"),
                arguments("01", 1, 2, "expected the end"),
                arguments("-01", 1, 3, "expected the end"),
                arguments("0x10", 1, 2, "expected the end"),
                arguments("1 2", 1, 3, "expected the end"),
                arguments("[] ]", 1, 4, "expected the end"),
                arguments("1\u0000", 1, 2, "expected the end"),
                arguments("[", 1, 2, "expected a value"),
                arguments("[1", 1, 3, "expected ',' or ']'"),
                arguments("[1 2]", 1, 4, "expected ',' or ']'"),
                arguments("[1}", 1, 3, "expected ',' or ']'"),
                arguments("[,]", 1, 2, "expected a value"),
                arguments("[1,]", 1, 4, "expected a value"),
                arguments("[1,,2]", 1, 4, "expected a value"),
                arguments("{", 1, 2, "expected a name in double quotes"),
                arguments("{a:1}", 1, 2, "expected a name in double quotes"),
                arguments("{1:1}", 1, 2, "expected a name in double quotes"),
                arguments("{\"a\"}", 1, 5, "expected ':'"),
                arguments("{\"a\" 1}", 1, 6, "expected ':'"),
                arguments("{\"a\":}", 1, 6, "expected a value"),
                arguments("{\"a\":1,}", 1, 8, "expected a name in double quotes"),
                arguments("{\"a\":1 \"b\":2}", 1, 8, "expected ',' or '}'"),
                arguments("{\"a\":1]", 1, 7, "expected ',' or '}'"),
                arguments("\"", 1, 2, "unfinished string"),
                arguments("\"abc", 1, 5, "unfinished string"),
                arguments("\"a\nb\"", 1, 3, "control character in a string"),
                arguments("\"a\tb\"", 1, 3, "control character in a string"),
                arguments("\"\u001f\"", 1, 2, "control character in a string"),
                arguments("\"\\x\"", 1, 3, "unknown escape in a string"),
                arguments("\"\\'\"", 1, 3, "unknown escape in a string"),
                arguments("\"\\", 1, 3, "unknown escape in a string"),
                arguments("\"\\u12g4\"", 1, 6, "expected four hexadecimal digits"),
                arguments("\"\\u12\"", 1, 6, "expected four hexadecimal digits"),
                arguments("\"\\u", 1, 4, "expected four hexadecimal digits"),
                arguments("\"\\U0041\"", 1, 3, "unknown escape in a string"),
                arguments("[".repeat(65), 1, 65, "nested too deep (expected: <= 64)"),
                arguments("{\"a\":".repeat(65), 1, 321, "nested too deep (expected: <= 64)"));
    }

    @ParameterizedTest
    @MethodSource("invalidTexts")
    void error_has_line_column_and_expectation(String json, int line, int column, String expected) {
        JsonException error = catchThrowableOfType(JsonException.class, () -> readAll(json));

        assertThat(error).hasMessage("JSON, line " + line + ", column " + column + ": " + expected);
        assertThat(error.line()).isEqualTo(line);
        assertThat(error.column()).isEqualTo(column);
    }

    @Test
    void counts_lines_and_characters() {
        assertThatThrownBy(() -> readAll("[\n  \"né€😀\",\n \"é😀\" x]"))
                .hasMessage("JSON, line 3, column 7: expected ',' or ']'");
    }

    @Test
    void positions_start_at_the_reader_index() {
        assertThatThrownBy(() ->
                        new JsonCursor(Unpooled.copiedBuffer("\n\n\nx", UTF_8).readerIndex(3)).raw())
                .hasMessage("JSON, line 1, column 1: expected a value");
    }

    @Test
    void error_names_the_expected_type() {
        assertThatThrownBy(() -> on(" {}").open('[')).hasMessageEndingWith("column 2: expected an array");
        assertThatThrownBy(() -> on("[]").open('{')).hasMessageEndingWith("column 1: expected an object");
        assertThatThrownBy(() -> on("").open('[')).hasMessageEndingWith("column 1: expected an array");
        assertThatThrownBy(() -> on(" 1").string()).hasMessageEndingWith("column 2: expected a string");
        assertThatThrownBy(() -> on("1:1").name()).hasMessageEndingWith("column 1: expected a name in double quotes");
    }

    @Test
    void exception_has_no_stack_trace() {
        JsonException error = catchThrowableOfType(JsonException.class, () -> readAll("x"));

        assertThat(error.getStackTrace()).isEmpty();
    }

    @Test
    void every_truncated_text_is_rejected() {
        String json = "{\"a\":[-1.5e+3,true,\"\\u00e9\\n\"],\"b\":{\"c\":null}}";
        for (int end = 0; end < json.length(); end++) {
            String part = json.substring(0, end);
            assertThatThrownBy(() -> readAll(part)).as(part).isInstanceOf(JsonException.class);
        }
    }
}

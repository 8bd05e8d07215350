package dev.sprocket.core.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests text from peers in logs and on terminals. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SafeTextTest {
    @ParameterizedTest
    @ValueSource(
            ints = {
                '\n', '\r', '\t', 0, 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x61c, 0x200b, 0x200d, 0x200e, 0x200f, 0x2028,
                0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff, 0xfff9, 0xd83d, 0xdc00
            })
    void escapes_line_ends_and_invisible_characters(int c) {
        assertThat(SafeText.escape("a" + (char) c + "b")).isEqualTo(String.format("a\\u%04xb", c));
    }

    @Test
    void escapes_both_units_of_a_tag_character() {
        assertThat(SafeText.escape("x\udb40\udc01")).isEqualTo("x\\udb40\\udc01");
    }

    @Test
    void visible_text_stays_the_same_instance() {
        String text = "Grüße, 你好 😀 \"quoted\" \\u0000";
        assertThat(SafeText.escape(text)).isSameAs(text);
    }

    @Test
    void excerpt_is_cut_between_characters() {
        String text = "a".repeat(199) + "😀😀";
        assertThat(SafeText.excerpt(text)).isEqualTo("a".repeat(199) + "… (203 characters)");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "word,word",
                "[::1]:80,[::1]:80",
                "a=b,a=b",
                "two words,\"two words\"",
                "a\"b,\"a\\\"b\"",
                "||,\"\"",
                "\u00a0,\"\u00a0\""
            })
    void value_with_spaces_or_quotation_marks_is_quoted(String text, String expected) {
        assertThat(SafeText.value(text)).isEqualTo(expected);
    }

    @Test
    void value_is_escaped_before_it_is_quoted() {
        assertThat(SafeText.value("a\nlevel=ERROR x")).isEqualTo("\"a\\u000alevel=ERROR x\"");
        assertThat(SafeText.value(null)).isEqualTo("null");
    }

    @Test
    void backslashes_do_not_end_a_quoted_value() {
        assertThat(SafeText.value("a\\\" b=1")).isEqualTo("\"a\\\\\\\" b=1\"");
        assertThat(SafeText.value("a b\\")).isEqualTo("\"a b\\\\\"");
        assertThat(SafeText.value("C:\\a b")).isEqualTo("\"C:\\a b\"");
    }

    @Test
    void shortened_value_keeps_its_quotation_marks() {
        assertThat(SafeText.shorten("\"a b c\"", 4)).isEqualTo("\"a b…\"");
        assertThat(SafeText.shorten("\"a\\\"bcd\"", 3)).isEqualTo("\"a…\"");
        assertThat(SafeText.shorten("abc", 2)).isEqualTo("ab…");
        assertThat(SafeText.shorten("abc", 3)).isEqualTo("abc");
    }
}

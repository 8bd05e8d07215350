package dev.sprocket.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TerminalTest {
    @Test
    void wrap_breaks_between_words_and_indents() {
        assertThat(Terminal.wrap("one two three", 8)).isEqualTo("one two\n  three");
        assertThat(Terminal.wrap("longer-than-the-line a\nb", 8)).isEqualTo("longer-than-the-line\n  a\nb");
        assertThat(Terminal.wrap("short", 8)).isEqualTo("short");
    }

    @Test
    void width_is_limited_for_terminals_and_columns_only() {
        assertThat(Terminal.width(null, false)).isEmpty();
        assertThat(Terminal.width("wide", false)).isEmpty();
        assertThat(Terminal.width(null, true)).hasValue(80);
        assertThat(Terminal.width("120", false)).hasValue(120);
        assertThat(Terminal.width("3", true)).hasValue(40);
    }
}

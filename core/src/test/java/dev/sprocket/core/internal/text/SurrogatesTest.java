package dev.sprocket.core.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SurrogatesTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a", "\u00e4\u20ac", "\ud83d\ude00", "a\ud83d\ude00\ud83d\ude00b", "\ufffd"})
    void paired_text_is_unchanged(String text) {
        assertThat(Surrogates.arePaired(text)).isTrue();
        assertThat(Surrogates.replaceUnpaired(text)).isSameAs(text);
    }

    @Test
    void replaces_each_unpaired_surrogate() {
        assertReplaced("\ud83d", "\ufffd");
        assertReplaced("\ude00", "\ufffd");
        assertReplaced("\ude00\ud83d", "\ufffd\ufffd");
        assertReplaced("\ud83d\ud83d\ude00", "\ufffd\ud83d\ude00");
        assertReplaced("\ud83d\ude00\ude00x\ud83d", "\ud83d\ude00\ufffdx\ufffd");
    }

    private static void assertReplaced(String text, String replaced) {
        assertThat(Surrogates.arePaired(text)).isFalse();
        assertThat(Surrogates.replaceUnpaired(text)).isEqualTo(replaced);
    }
}

package dev.sprocket.pubsub.internal.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class NamePatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "news.*.x        | 6  | '*' is not at the end (expected: {name} for one component)",
                "**              | 1  | '*' is not at the end (expected: {name} for one component)",
                "a}              | 2  | '}' without '{'",
                "user.{user      | 6  | '{' without '}'",
                "user.{}         | 6  | hole '{}' (expected: letters, digits, - or _ between the braces)",
                "user.{us er}    | 6  | hole '{us er}' (expected: letters, digits, - or _ between the braces)",
                "user.{a{b}}     | 6  | hole '{a{b}' (expected: letters, digits, - or _ between the braces)",
                "user{user}      | 5  | a hole is a whole component (expected: one of . / # : before '{')",
                "{user}s         | 7  | a hole is a whole component (expected: one of . / # : after '}')",
                "user.{user}*    | 12 | a hole is a whole component (expected: one of . / # : after '}')",
                "{a}{b}          | 4  | a hole is a whole component (expected: one of . / # : after '}')",
                "{a}.{b}.{a}     | 9  | a second {a} (expected: another name)",
            })
    void invalid_pattern_names_the_column(String pattern, int column, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NamePattern.parse(pattern))
                .withMessage("pattern \"" + pattern + "\", column " + column + ": " + problem);
    }

    @Test
    void empty_pattern_and_unpaired_surrogate_are_invalid() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NamePattern.parse(""))
                .withMessage("empty pattern (expected: a name, such as news.* or user.{user})");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NamePattern.parse("a\ud800"))
                .withMessage("pattern with an unpaired surrogate (expected: valid Unicode)");
    }

    @ParameterizedTest
    @CsvSource({
        "user.{user},            user.ann,         true,  ann",
        "user.{user}.*,          user.ann.x.y,     true,  ann",
        "{user}/x,               ann/x,            true,  ann",
        "{room}.{user},          7.ann,            true,  ann",
        "http://x/{user}#{part}, http://x/ann#1,   true,  ann",
        "user.{user}.*,          user.ann.,        false, ann",
        "user.{user}.*,          user.ann,         false,",
        "user.{user}.*,          user.,            false,",
        "user.{user}.*,          us,               false,",
        "{room}.{user}.*,        7.,               false,",
        "{room}.*,               7.ann,            true,",
    })
    void component_is_determined_by_a_name(String pattern, String name, boolean isWhole, @Nullable String component) {
        assertThat(NamePattern.parse(pattern).component("user", name, isWhole)).isEqualTo(component);
    }

    @ParameterizedTest
    @CsvSource({
        "news,        news,        4,  news",
        "news.*,      news.*,      6,  news.",
        "user.{user}, user.{},     6,  user.",
        "{a}.{b}/*,   {}.{}/*,     5,  ''",
        "*,           *,           1,  ''",
    })
    void shape_and_length_ignore_names_of_holes(String pattern, String shape, int minLength, String literalPrefix) {
        NamePattern parsed = NamePattern.parse(pattern);

        assertThat(parsed.shape()).isEqualTo(shape);
        assertThat(parsed.minLength()).isEqualTo(minLength);
        assertThat(parsed.literalPrefix()).isEqualTo(literalPrefix);
        assertThat(parsed).hasToString(pattern);
    }

    @Test
    void trie_finds_each_of_many_patterns() {
        Map<NamePattern, Integer> all = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) {
            all.put(NamePattern.parse("t" + i * 7919 + ".{x}." + i + (i % 2 == 0 ? "*" : "")), i);
        }
        NamePatterns<Integer> patterns = new NamePatterns<>(all);

        for (int i = 0; i < 1000; i++) {
            assertThat(patterns.bestMatch("t" + i * 7919 + ".abc." + i + (i % 2 == 0 ? "." : "")))
                    .isEqualTo(i);
        }
        assertThat(patterns.bestMatch("t7919.abc.1.")).isNull();
        assertThat(patterns.overlap("t").values()).hasSize(1000);
        assertThat(patterns.overlap("t7919").values()).contains(1).hasSizeLessThan(20);
        assertThat(patterns.overlap("x").values()).isEmpty();
    }
}

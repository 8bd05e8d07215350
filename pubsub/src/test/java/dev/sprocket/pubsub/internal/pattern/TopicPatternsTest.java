package dev.sprocket.pubsub.internal.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TopicPatternsTest {
    private final TopicPatterns patterns = TopicPatterns.of("news", "blog.*");

    @ParameterizedTest
    @ValueSource(strings = {"news", "blog.", "blog.cats", "blog.*"})
    void names_and_prefixes_are_allowed(String topic) {
        assertThat(patterns.allows(topic)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"new", "newsletter", "News", "blog", "a.blog.b", ""})
    void other_topics_are_not_allowed(String topic) {
        assertThat(patterns.allows(topic)).isFalse();
    }

    @Test
    void star_allows_everything_and_no_pattern_nothing() {
        assertThat(TopicPatterns.ALL.allows("x")).isTrue();
        assertThat(TopicPatterns.of().allows("x")).isFalse();
        assertThat(TopicPatterns.of()).hasToString("none");
        assertThat(patterns).hasToString("news, blog.*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a*b", "*a", "**"})
    void invalid_pattern_is_rejected(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicPatterns.of("ok", pattern))
                .withMessage("topic pattern: '" + pattern + "' (expected: a name, or a prefix and *)");
    }
}

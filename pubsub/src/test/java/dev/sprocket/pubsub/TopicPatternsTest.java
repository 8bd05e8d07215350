package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TopicPatternsTest {
    private final TopicPatterns rules = TopicPatterns.of("news", "blog.*");

    @ParameterizedTest
    @ValueSource(strings = {"news", "blog.", "blog.cats", "blog.*"})
    void a_name_and_what_begins_with_a_prefix_are_allowed(String topic) {
        assertThat(rules.allows(topic)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"new", "newsletter", "News", "blog", "a.blog.b", ""})
    void everything_else_is_not(String topic) {
        assertThat(rules.allows(topic)).isFalse();
    }

    @Test
    void a_star_is_everything_and_no_pattern_nothing() {
        assertThat(TopicPatterns.ALL.allows("x")).isTrue();
        assertThat(TopicPatterns.of().allows("x")).isFalse();
        assertThat(TopicPatterns.of()).hasToString("none");
        assertThat(rules).hasToString("news, blog.*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a*b", "*a", "**"})
    void a_pattern_that_means_something_else_is_refused(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicPatterns.of("ok", pattern))
                .withMessage("topic pattern: '" + pattern + "' (expected: a name, or its beginning and *)");
    }
}

package dev.sprocket.http.internal.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Matching of paths, and path parameters. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PathPatternTest {
    private static Map<String, String> parameters(String pattern, String path) {
        return new PathPattern(pattern).parameters(PathPattern.segments(path));
    }

    @ParameterizedTest
    @CsvSource({
        "/, /, true",
        "/, /a, false",
        "/a, /a, true",
        "/a, /A, false",
        "/a, /a/, false",
        "/a/, /a/, true",
        "/a, /a/b, false",
        "/a/b, /a, false",
        "/a, /%61, true",
        "/a/{x}, /a/b, true",
        "/a/{x}, /a/, false",
        "/a/{x}, /a, false",
        "/a/{x}, /a/b/c, false",
        "/a/{x}/c, /a/b/c, true",
        "/a/{x}/c, /a/b/d, false",
        "/a/{x*}, /a/b, true",
        "/a/{x*}, /a/b/c/d, true",
        "/a/{x*}, /a/, true",
        "/a/{x*}, /a, false",
        "/{x*}, /, true"
    })
    void pattern_matches_complete_segments(String pattern, String path, boolean matches) {
        RouteTree<String> tree = new RouteTree<String>().with(new PathPattern(pattern), values -> List.of("found"));
        assertThat(tree.find(PathPattern.segments(path)).contains("found")).isEqualTo(matches);
    }

    @Test
    void parameter_matches_one_segment() {
        assertThat(parameters("/rooms/{room}/seats/{seat}", "/rooms/blue/seats/7"))
                .containsExactly(Map.entry("room", "blue"), Map.entry("seat", "7"));
    }

    @Test
    void rest_matches_all_remaining_segments() {
        assertThat(parameters("/files/{path*}", "/files/a/b/c.txt")).containsExactly(Map.entry("path", "a/b/c.txt"));
    }

    @Test
    void parameter_is_decoded_after_splitting() {
        assertThat(parameters("/rooms/{room}", "/rooms/a%2Fb%20%C3%A4")).containsExactly(Map.entry("room", "a/b ä"));
    }

    @Test
    void plus_in_path_is_not_decoded() {
        assertThat(parameters("/rooms/{room}", "/rooms/a+b")).containsExactly(Map.entry("room", "a+b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%4", "/%zz"})
    void rejects_invalid_percent_encoding(String path) {
        assertThatThrownBy(() -> PathPattern.segments(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, /a/b",
        "/a/c, /a/{x}",
        "/a/c/d, /a/{x*}",
        "/c/b, /{x}/b",
        "/c/d, /{x*}",
        "/a, /{x*}",
        "/a/b/e, /a/b/{x}",
        "/a/b/e/f, /a/{x*}"
    })
    void finds_most_literal_pattern(String path, String pattern) {
        RouteTree<String> tree = new RouteTree<>();
        for (String each : List.of("/{x*}", "/a/{x*}", "/a/{x}", "/{x}/b", "/a/b", "/a/b/{x}")) {
            tree = tree.with(new PathPattern(each), values -> List.of(each));
        }

        assertThat(tree.find(PathPattern.segments(path))).containsExactly(pattern);
    }

    @Test
    void parameter_names_do_not_affect_matching() {
        RouteTree<String> tree = new RouteTree<String>().with(new PathPattern("/a/{x}"), values -> List.of("taken"));

        assertThat(valuesAt(tree, "/a/{y}")).containsExactly("taken");
        assertThat(valuesAt(tree, "/a/{x*}")).isEmpty();
        assertThat(valuesAt(tree, "/a/x")).isEmpty();
    }

    private static List<String> valuesAt(RouteTree<String> tree, String pattern) {
        List<String> found = new ArrayList<>();
        assertThat(tree.with(new PathPattern(pattern), values -> {
                    found.addAll(values);
                    return values;
                }))
                .isNotSameAs(tree);
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a?b", "/a#b", "/{x}?y={z}"})
    void rejects_path_with_query_or_fragment(String pattern) {
        assertThatThrownBy(() -> new PathPattern(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no query or fragment");
        assertThat(new PathPattern("/a%3Fb")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/{}", "/{*}", "/{x}/{x}", "/{x}/{x*}", "/a{x}", "/{x}b", "/a{", "/}"})
    void parameters_are_whole_segments_with_unique_names(String pattern) {
        assertThatThrownBy(() -> new PathPattern(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("path");
    }

    @Test
    void pattern_must_begin_with_slash() {
        assertThatThrownBy(() -> new PathPattern("a")).hasMessage("path: a (expected: /…)");
    }

    @Test
    void rest_must_be_last() {
        assertThatThrownBy(() -> new PathPattern("/{x*}/a")).hasMessage("path: /{x*}/a (expected: {name*} at the end)");
    }
}

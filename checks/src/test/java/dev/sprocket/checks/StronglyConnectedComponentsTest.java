package dev.sprocket.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Tests for {@link StronglyConnectedComponents}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StronglyConnectedComponentsTest {
    @Test
    void finds_cycles_and_single_names() {
        Map<String, Set<String>> graph = Map.of(
                "a", Set.of("b"),
                "b", Set.of("c"),
                "c", Set.of("a", "d"),
                "d", Set.of("e"),
                "e", Set.of("d", "f"));
        assertThat(new StronglyConnectedComponents(graph).find())
                .containsExactlyInAnyOrder(Set.of("a", "b", "c"), Set.of("d", "e"), Set.of("f"));
    }

    @Test
    void joins_cycles_that_share_a_name() {
        Map<String, Set<String>> graph = Map.of(
                "a", Set.of("b", "c"),
                "b", Set.of("a"),
                "c", Set.of("a"));
        assertThat(new StronglyConnectedComponents(graph).find()).containsExactly(Set.of("a", "b", "c"));
    }
}

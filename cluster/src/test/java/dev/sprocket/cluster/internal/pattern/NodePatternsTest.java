package dev.sprocket.cluster.internal.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class NodePatternsTest {
    private static final NodeId SELF = new NodeId("self", 1);
    private static final NodeId B = new NodeId("b", 1);
    private static final NodeId C = new NodeId("c", 1);

    private final NodePatterns patterns = new NodePatterns(SELF);

    private static PatternEntry prefix(String text) {
        return new PatternEntry(MatchPolicy.PREFIX, text);
    }

    @Test
    void all_nodes_receive_events_until_the_patterns_are_known() {
        patterns.known(false);
        assertThat(patterns.of("t").all()).isNull();
        assertThat(patterns.of("t").contains("b")).isTrue();
        patterns.known(true);
        assertThat(patterns.of("t").all()).isEmpty();
        patterns.known(false);
        assertThat(patterns.of("t").others()).isNull();
    }

    @Test
    void names_each_node_once_however_many_patterns_match() {
        for (int i = 1; i <= 12; i++) {
            patterns.add(B, prefix("com.example".substring(0, i - 1)));
        }
        patterns.add(B, new PatternEntry(MatchPolicy.WILDCARD, "com..news"));
        patterns.add(C, new PatternEntry(MatchPolicy.WILDCARD, "..news"));
        patterns.add(SELF, prefix("com"));
        NodePatterns.Nodes nodes = patterns.of("com.example.news");
        assertThat(nodes.all()).containsExactly("b", "c", "self");
        assertThat(nodes.others()).containsExactly("b", "c");
        assertThat(patterns.size()).isEqualTo(15);
    }

    @Test
    void answer_is_cached_until_a_pattern_changes() {
        patterns.add(B, prefix("a"));
        NodePatterns.Nodes before = patterns.of("abc");
        assertThat(patterns.of("abc")).isSameAs(before);
        patterns.add(C, prefix("ab"));
        assertThat(patterns.of("abc").all()).isEqualTo(List.of("b", "c"));
        patterns.remove(B, prefix("a"));
        assertThat(patterns.of("abc").all()).isEqualTo(List.of("c"));
        patterns.removeAll(C);
        assertThat(patterns.of("abc").all()).isEmpty();
        assertThat(patterns.size()).isZero();
    }

    @Test
    void incarnations_of_a_node_do_not_share_patterns() {
        NodeId restarted = new NodeId("b", 2);
        patterns.add(B, prefix("a"));
        patterns.add(restarted, prefix("a"));
        assertThat(patterns.of("a.1").all()).containsExactly("b");
        patterns.removeAll(B);
        assertThat(patterns.of("a.1").all()).containsExactly("b");
        patterns.removeAll(restarted);
        assertThat(patterns.of("a.1").all()).isEmpty();
    }

    @Test
    void cache_is_limited() {
        patterns.add(B, prefix("t"));
        for (int i = 0; i < 3 * NodePatterns.MAX_CACHED; i++) {
            assertThat(patterns.of("t" + i).all()).hasSize(1);
        }
        assertThat(patterns.cached()).isBetween(1, NodePatterns.MAX_CACHED);
    }

    @Test
    void key_contains_any_text() {
        for (String text : List.of("a", "p:", "w:x", "a\u0000\n")) {
            for (MatchPolicy match : List.of(MatchPolicy.PREFIX, MatchPolicy.WILDCARD)) {
                PatternEntry entry = new PatternEntry(match, text);
                assertThat(PatternEntry.of(entry.key())).isEqualTo(entry);
            }
        }
        assertThat(PatternEntry.of("x")).isNull();
    }
}

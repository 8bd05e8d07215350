package dev.sprocket.wamp.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Upper bound for the patterns of a connection that match one topic. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PatternOverlapTest {
    private final Topics topics = new Topics();

    private List<Topic> prefixes(String... names) {
        return Stream.of(names)
                .map(name -> topics.pattern(MatchPolicy.PREFIX, name))
                .toList();
    }

    private List<Topic> wildcards(String... names) {
        return Stream.of(names)
                .map(name -> topics.pattern(MatchPolicy.WILDCARD, name))
                .toList();
    }

    @Test
    void nested_prefixes_are_counted_individually() {
        assertThat(PatternOverlap.upperBound(prefixes("a", "a.b", "a.c", "a.b.c"), MatchPolicy.PREFIX, "a."))
                .isEqualTo(4);
    }

    @Test
    void disjoint_prefixes_are_counted_once() {
        List<Topic> rooms = IntStream.range(0, 500)
                .mapToObj(i -> topics.pattern(MatchPolicy.PREFIX, "room." + i + "."))
                .toList();

        assertThat(PatternOverlap.upperBound(rooms, MatchPolicy.PREFIX, "room."))
                .isEqualTo(2);
        assertThat(PatternOverlap.upperBound(rooms, MatchPolicy.PREFIX, "room.500."))
                .isEqualTo(1);
    }

    @Test
    void wildcards_of_same_shape_are_counted_once() {
        assertThat(PatternOverlap.upperBound(wildcards("a..1", "a..2", "b..1", ".x.1"), MatchPolicy.WILDCARD, "..1"))
                .isEqualTo(3);
    }

    @Test
    void exact_topics_are_not_counted() {
        assertThat(PatternOverlap.upperBound(List.of(topics.topic("a.b")), MatchPolicy.PREFIX, "a"))
                .isEqualTo(1);
    }

    @Test
    void bound_is_never_below_number_of_matches() {
        Random random = new Random(1);
        for (int round = 0; round < 300; round++) {
            List<Topic> known = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                known.add(
                        random.nextBoolean()
                                ? topics.pattern(MatchPolicy.PREFIX, name(random, false))
                                : topics.pattern(MatchPolicy.WILDCARD, name(random, true)));
            }
            Topic last = known.remove(0);
            int bound = PatternOverlap.upperBound(known, last.match(), last.id());
            for (int i = 0; i < 100; i++) {
                String topic = name(random, false);
                if (last.match().matches(last.id(), topic)) {
                    long matching = known.stream()
                            .distinct()
                            .filter(one -> !one.equals(last) && one.match().matches(one.id(), topic))
                            .count();
                    assertThat(matching + 1)
                            .as("%s, %s, %s", known, last, topic)
                            .isLessThanOrEqualTo(bound);
                }
            }
        }
    }

    private static String name(Random random, boolean wildcard) {
        StringBuilder name = new StringBuilder();
        int components = 1 + random.nextInt(4);
        for (int i = 0; i < components; i++) {
            name.append(i == 0 ? "" : ".");
            name.append(wildcard && random.nextBoolean() ? "" : "ab".substring(0, 1 + random.nextInt(2)));
        }
        return name.length() == 0 ? "." : name.toString();
    }
}

package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AudienceTest {
    private final Topic topic = new Topics().topic("t");
    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> heard = new ArrayList<>();

    private List<String> reached(Audience audience) {
        for (String id : List.of("a", "b", "c")) {
            topic.subscribe(Subscriber.of(id, executor, (on, event) -> heard.add(id)));
        }
        topic.broadcast(Event.of(1), audience);
        executor.run();
        return heard;
    }

    @Test
    void everybody_is_everybody() {
        assertThat(reached(Audience.ALL)).containsExactly("a", "b", "c");
    }

    @Test
    void empty_lists_mean_everybody() {
        assertThat(Audience.of(List.of(), List.of())).isSameAs(Audience.ALL);
    }

    @Test
    void the_excluded_do_not_get_it() {
        assertThat(reached(Audience.of(List.of("a", "c", "nobody"), List.of()))).containsExactly("b");
    }

    @Test
    void only_the_eligible_get_it() {
        assertThat(reached(Audience.of(List.of(), List.of("c", "a", "nobody")))).containsExactly("a", "c");
    }

    @Test
    void exclusion_beats_eligibility() {
        assertThat(reached(Audience.of(List.of("a"), List.of("a", "b")))).containsExactly("b");
    }

    @Test
    void all_but_one() {
        assertThat(reached(Audience.except("b"))).containsExactly("a", "c");
    }

    @Test
    void an_audience_of_nobody_reaches_nobody_and_the_count_is_of_all() {
        topic.subscribe(Subscriber.of("a", executor, (on, event) -> heard.add("a")));

        assertThat(topic.broadcast(Event.of(1), Audience.except("a"))).isEqualTo(1);
        executor.run();
        assertThat(heard).isEmpty();
    }

    @Test
    void ids_are_compared_strictly() {
        assertThat(Audience.except("1").includes("1 ")).isTrue();
        assertThat(Audience.except("1").includes("01")).isTrue();
        assertThat(Audience.of(List.of(), List.of("A")).includes("a")).isFalse();
    }

    @Test
    void an_audience_does_not_change_with_the_lists_it_was_made_of() {
        List<String> excluded = new ArrayList<>(List.of("a"));
        List<String> eligible = new ArrayList<>(List.of("a", "b"));
        Audience audience = Audience.of(excluded, eligible);
        excluded.clear();
        eligible.clear();

        assertThat(audience.excluded()).containsExactly("a");
        assertThat(audience.eligible()).containsExactlyInAnyOrder("a", "b");
    }
}

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
    private final List<String> received = new ArrayList<>();

    private List<String> reached(Audience audience) {
        for (String id : List.of("a", "b", "c")) {
            topic.subscribe(Subscriber.of(id, executor, (on, event) -> received.add(id)));
        }
        topic.broadcast(Event.of(1), audience);
        executor.run();
        return received;
    }

    @Test
    void ALL_includes_all_subscribers() {
        assertThat(reached(Audience.ALL)).containsExactly("a", "b", "c");
    }

    @Test
    void empty_lists_include_all_subscribers() {
        assertThat(Audience.of(List.of(), List.of())).isSameAs(Audience.ALL);
    }

    @Test
    void excluded_subscribers_receive_nothing() {
        assertThat(reached(Audience.of(List.of("a", "c", "nobody"), List.of()))).containsExactly("b");
    }

    @Test
    void only_eligible_subscribers_receive_the_event() {
        assertThat(reached(Audience.of(List.of(), List.of("c", "a", "nobody")))).containsExactly("a", "c");
    }

    @Test
    void exclusion_takes_precedence_over_eligibility() {
        assertThat(reached(Audience.of(List.of("a"), List.of("a", "b")))).containsExactly("b");
    }

    @Test
    void except_includes_all_but_one() {
        assertThat(reached(Audience.except("b"))).containsExactly("a", "c");
    }

    @Test
    void broadcast_returns_subscribers_outside_the_audience_too() {
        topic.subscribe(Subscriber.of("a", executor, (on, event) -> received.add("a")));

        assertThat(topic.broadcast(Event.of(1), Audience.except("a"))).isEqualTo(1);
        executor.run();
        assertThat(received).isEmpty();
    }

    @Test
    void ids_are_compared_exactly() {
        assertThat(Audience.except("1").includes("1 ")).isTrue();
        assertThat(Audience.except("1").includes("01")).isTrue();
        assertThat(Audience.of(List.of(), List.of("A")).includes("a")).isFalse();
    }

    @Test
    void audience_copies_its_lists() {
        List<String> excluded = new ArrayList<>(List.of("a"));
        List<String> eligible = new ArrayList<>(List.of("a", "b"));
        Audience audience = Audience.of(excluded, eligible);
        excluded.clear();
        eligible.clear();

        assertThat(audience.excluded()).containsExactly("a");
        assertThat(audience.eligible()).containsExactlyInAnyOrder("a", "b");
    }
}

package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class FactsTest {
    private final AttributeKey<String> name = AttributeKey.of("name", "is Naming below this component?");
    private final Connection lower = new TestConnection();
    private final Connection middle = new TestConnection(new Attributes(lower.attributes()));
    private final Connection upper = new TestConnection(new Attributes(middle.attributes()));

    @Test
    void a_missing_fact_fails_by_name_with_the_hint() {
        assertThatIllegalStateException()
                .isThrownBy(() -> name.get(upper))
                .withMessage("no name (is Naming below this component?)");
        assertThat(name.find(upper)).isEmpty();
        assertThat(name.peek(upper)).isNull();
    }

    @Test
    void a_fact_is_seen_at_its_level_and_all_above() {
        name.set(lower, "Ada");

        assertThat(name.get(lower)).isEqualTo("Ada");
        assertThat(name.get(middle)).isEqualTo("Ada");
        assertThat(name.find(upper)).contains("Ada");
    }

    @Test
    void a_fact_is_not_seen_below_its_level() {
        name.set(middle, "Ada");

        assertThat(name.find(lower)).isEmpty();
        assertThat(name.find(upper)).contains("Ada");
    }

    @Test
    void a_level_hides_what_a_lower_one_stated() {
        name.set(lower, "Ada");
        name.set(upper, "Grace");

        assertThat(name.get(upper)).isEqualTo("Grace");
        assertThat(name.get(middle)).isEqualTo("Ada");
        assertThat(name.get(lower)).isEqualTo("Ada");
    }

    @Test
    void a_level_may_hide_a_fact_and_state_another() {
        name.set(lower, "lower");
        name.hide(upper);
        assertThat(name.find(upper)).isEmpty();
        assertThat(name.get(lower)).isEqualTo("lower");
        name.set(upper, "upper");
        assertThat(name.get(upper)).isEqualTo("upper");
    }

    @Test
    void a_fact_can_be_stated_again() {
        name.set(lower, "Ada");
        name.set(lower, "Grace");

        assertThat(name.get(lower)).isEqualTo("Grace");
    }

    @Test
    void a_fact_stated_below_later_is_seen_above() {
        AttributeKey<Integer> other = AttributeKey.of("other", "");
        other.set(upper, 1);
        name.set(lower, "late");

        assertThat(name.get(upper)).isEqualTo("late");
    }

    @Test
    void keys_of_the_same_name_are_different_facts() {
        AttributeKey<String> twin = AttributeKey.of("name", "is Naming below this component?");
        name.set(lower, "mine");

        assertThat(twin.find(lower)).isEmpty();
        assertThat(name).isNotEqualTo(twin).hasToString("name");
    }

    @Test
    void many_facts_do_not_disturb_each_other() {
        for (int i = 0; i < 50; i++) {
            AttributeKey<Integer> key = AttributeKey.of("number", "");
            key.set(lower, i);
            name.set(lower, "n" + i);

            assertThat(key.get(upper)).isEqualTo(i);
            assertThat(name.get(upper)).isEqualTo("n" + i);
        }
    }
}

package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AttributesTest {
    private final AttributeKey<String> name = AttributeKey.of("name", "is Naming below this component?");
    private final Connection lower = new TestConnection();
    private final Connection middle = new TestConnection(new Attributes(lower.attributes()));
    private final Connection upper = new TestConnection(new Attributes(middle.attributes()));

    @Test
    void missing_attribute_throws_with_name_and_hint() {
        assertThatIllegalStateException()
                .isThrownBy(() -> name.get(upper))
                .withMessage("no name (is Naming below this component?)");
        assertThat(name.find(upper)).isEmpty();
    }

    @Test
    void attribute_is_visible_in_its_layer_and_above() {
        name.set(lower, "Ada");

        assertThat(name.get(lower)).isEqualTo("Ada");
        assertThat(name.get(middle)).isEqualTo("Ada");
        assertThat(name.find(upper)).contains("Ada");
    }

    @Test
    void attribute_is_not_visible_in_lower_layers() {
        name.set(middle, "Ada");

        assertThat(name.find(lower)).isEmpty();
        assertThat(name.find(upper)).contains("Ada");
    }

    @Test
    void higher_layer_overrides_attribute() {
        name.set(lower, "Ada");
        name.set(upper, "Grace");

        assertThat(name.get(upper)).isEqualTo("Grace");
        assertThat(name.get(middle)).isEqualTo("Ada");
        assertThat(name.get(lower)).isEqualTo("Ada");
    }

    @Test
    void hidden_attribute_can_be_set_again() {
        name.set(lower, "lower");
        name.hide(upper);
        assertThat(name.find(upper)).isEmpty();
        assertThat(name.get(lower)).isEqualTo("lower");
        name.set(upper, "upper");
        assertThat(name.get(upper)).isEqualTo("upper");
    }

    @Test
    void attribute_can_be_replaced() {
        name.set(lower, "Ada");
        name.set(lower, "Grace");

        assertThat(name.get(lower)).isEqualTo("Grace");
    }

    @Test
    void attribute_set_later_is_visible_above() {
        AttributeKey<Integer> other = AttributeKey.of("other", "");
        other.set(upper, 1);
        name.set(lower, "late");

        assertThat(name.get(upper)).isEqualTo("late");
    }

    @Test
    void keys_with_equal_names_are_different() {
        AttributeKey<String> twin = AttributeKey.of("name", "is Naming below this component?");
        name.set(lower, "mine");

        assertThat(twin.find(lower)).isEmpty();
        assertThat(name).isNotEqualTo(twin).hasToString("name");
    }

    @Test
    void many_attributes_are_independent() {
        for (int i = 0; i < 50; i++) {
            AttributeKey<Integer> key = AttributeKey.of("number", "");
            key.set(lower, i);
            name.set(lower, "n" + i);

            assertThat(key.get(upper)).isEqualTo(i);
            assertThat(name.get(upper)).isEqualTo("n" + i);
        }
    }
}

package dev.sprocket.wamp.internal.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class OptionsTest {
    private static OptionReader of(Object value) {
        return new OptionReader(Map.of("o", value));
    }

    private static void assertRejected(Object value, Consumer<OptionReader> read, String message) {
        assertThatThrownBy(() -> read.accept(of(value)))
                .isInstanceOf(CallException.class)
                .hasMessage(message)
                .extracting("errorUri")
                .isEqualTo("wamp.error.invalid_argument");
    }

    @Test
    void options_are_read_by_type() {
        assertThat(of(true).isTrue("o")).isTrue();
        assertThat(of(false).bool("o")).isFalse();
        assertThat(of("a").text("o")).isEqualTo("a");
        assertThat(of(5L).number("o")).isEqualTo(5);
        assertThat(of(Map.of("a", 1L)).dict("o").number("a")).isEqualTo(1);
        assertThat(of(List.of("a", "b")).texts("o")).containsExactly("a", "b");
        assertThat(of(List.of("a", "a")).names("o")).containsExactly("a");
        assertThat(of(List.of(1L, 2.0)).ids("o")).containsExactlyInAnyOrder("1", "2");
        assertThat(of("prefix").enumValue("o", MatchPolicy.class, "uri")).isEqualTo(MatchPolicy.PREFIX);
    }

    @Test
    void missing_and_null_options_are_absent() {
        Map<String, Object> nothing = new HashMap<>();
        nothing.put("o", null);
        for (OptionReader options : List.of(OptionReader.EMPTY, new OptionReader(nothing))) {
            assertThat(options.isTrue("o")).isFalse();
            assertThat(options.bool("o")).isNull();
            assertThat(options.text("o")).isNull();
            assertThat(options.number("o")).isZero();
            assertThat(options.dict("o").map()).isEmpty();
            assertThat(options.texts("o")).isEmpty();
            assertThat(options.names("o")).isNull();
            assertThat(options.ids("o")).isNull();
            assertThat(options.enumValue("o", MatchPolicy.class, "uri")).isNull();
        }
    }

    @Test
    void integral_floating_point_numbers_are_integers() {
        assertThat(of(50.0).number("o")).isEqualTo(50);
        assertThat(of(-0.0).number("o")).isZero();
        assertThat(of(0x1p53).number("o")).isEqualTo(1L << 53);
        assertRejected(0x1p54, one -> one.number("o"), "o: 1.8014398509481984E16 (expected: an integer of 0 or more)");
        assertRejected(50.5, one -> one.number("o"), "o: 50.5 (expected: an integer of 0 or more)");
        assertRejected(Double.NaN, one -> one.number("o"), "o: null (expected: an integer of 0 or more)");
    }

    @Test
    void options_of_wrong_type_are_rejected() {
        assertRejected("yes", one -> one.isTrue("o"), "o: \"yes\" (expected: true or false)");
        assertRejected(1L, one -> one.isTrue("o"), "o: 1 (expected: true or false)");
        assertRejected(5L, one -> one.text("o"), "o: 5 (expected: a string)");
        assertRejected("50", one -> one.number("o"), "o: \"50\" (expected: an integer of 0 or more)");
        assertRejected(-1L, one -> one.number("o"), "o: -1 (expected: an integer of 0 or more)");
        assertRejected(
                BigInteger.TEN.pow(30),
                one -> one.number("o"),
                "o: 1" + "0".repeat(30) + " (expected: an integer of 0 or more)");
        assertRejected(List.of(), one -> one.dict("o"), "o: [] (expected: a dictionary)");
        assertRejected("ann", one -> one.names("o"), "o: \"ann\" (expected: a list of strings)");
        assertRejected(Map.of("0", "a"), one -> one.names("o"), "o: {\"0\":\"a\"} (expected: a list of strings)");
        assertRejected(List.of(1L), one -> one.names("o"), "o: [1] (expected: a list of strings)");
        assertRejected(123L, one -> one.ids("o"), "o: 123 (expected: a list of session ids)");
        assertRejected(List.of("1"), one -> one.ids("o"), "o: [\"1\"] (expected: a list of session ids)");
        assertRejected(Arrays.asList(1L, null), one -> one.ids("o"), "o: [1,null] (expected: a list of session ids)");
        assertRejected(new byte[] {1}, one -> one.text("o"), "o: \"\\u0000AQ==\" (expected: a string)");
    }

    @Test
    void unknown_option_values_are_rejected_with_given_error() {
        assertThatThrownBy(() -> of("glob").enumValue("o", MatchPolicy.class, "com.error"))
                .hasMessage("o: \"glob\" (expected: exact, prefix, wildcard)")
                .extracting("errorUri")
                .isEqualTo("com.error");
    }

    @Test
    void long_values_are_truncated_in_errors() {
        assertRejected(
                "x".repeat(500), one -> one.isTrue("o"), "o: \"" + "x".repeat(59) + "… (expected: true or false)");
    }
}

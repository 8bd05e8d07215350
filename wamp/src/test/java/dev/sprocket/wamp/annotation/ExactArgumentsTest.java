package dev.sprocket.wamp.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import dev.sprocket.wamp.CallException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that a parameter type cannot represent, which Gson alone would round. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ExactArgumentsTest {
    record Amounts(long cents, float rate, int[] parts) {}

    private static Object read(Type type, String json) {
        return new ArgumentType(type).read("a", JsonParser.parseString(json));
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775808",
        "9.223372036854775808E18",
        "18446744073709551616",
        "-9223372036854775809",
        "9007199254740993.5",
        "0.5",
        "1e19",
        "1e999999999",
        "1e-999999999"
    })
    void long_rejects_unrepresentable_numbers(String json) {
        assertThatThrownBy(() -> read(long.class, json))
                .isInstanceOf(CallException.class)
                .hasMessage("a: " + json + " (expected: an integer of 64 bits)");
    }

    @Test
    void integers_in_any_notation_are_exact() {
        assertThat(read(long.class, "9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(read(Long.class, "-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
        assertThat(read(long.class, "9007199254740993.0")).isEqualTo(9007199254740993L);
        assertThat(read(long.class, "12345678901234567890e-1")).isEqualTo(1234567890123456789L);
        assertThat(read(int.class, "1e3")).isEqualTo(1000);
        assertThat(read(short.class, "-32768")).isEqualTo((short) -32768);
        assertThat(read(BigInteger.class, "18446744073709551617")).isEqualTo(new BigInteger("18446744073709551617"));
    }

    @Test
    void small_types_reject_larger_numbers() {
        assertThatThrownBy(() -> read(int.class, "2147483648"))
                .hasMessageEndingWith("(expected: an integer of 32 bits)");
        assertThatThrownBy(() -> read(short.class, "32768")).hasMessageEndingWith("(expected: an integer of 16 bits)");
        assertThatThrownBy(() -> read(byte.class, "-129")).hasMessageEndingWith("(expected: an integer of 8 bits)");
    }

    @Test
    void floating_point_rejects_overflow_and_underflow() {
        assertThat(read(double.class, "1e308")).isEqualTo(1e308);
        assertThat(read(float.class, "0.1")).isEqualTo(0.1f);
        assertThat(read(double.class, "0e-999")).isEqualTo(0.0);
        assertThatThrownBy(() -> read(double.class, "1e309")).hasMessageEndingWith("(expected: a number)");
        assertThatThrownBy(() -> read(double.class, "1e-400")).hasMessageEndingWith("(expected: a number)");
        assertThatThrownBy(() -> read(float.class, "1e300")).hasMessageEndingWith("(expected: a number)");
        assertThatThrownBy(() -> read(Float.class, "1e-60")).hasMessageEndingWith("(expected: a number)");
    }

    @Test
    void numbers_inside_objects_are_read() {
        Amounts read = (Amounts) read(Amounts.class, "{\"cents\":1.0,\"rate\":0.5,\"parts\":[1,2]}");

        assertThat(read.cents()).isEqualTo(1);
        assertThat(read.rate()).isEqualTo(0.5f);
        assertThat(read.parts()).containsExactly(1, 2);
    }

    @Test
    void errors_name_number_inside_object() {
        assertThatThrownBy(() -> read(Amounts.class, "{\"cents\":9223372036854775808}"))
                .hasMessageEndingWith("(expected: Amounts; wrong at $.cents)");
        assertThatThrownBy(() -> read(Amounts.class, "{\"rate\":1e300}")).hasMessageEndingWith("wrong at $.rate)");
        assertThatThrownBy(() -> read(Amounts.class, "{\"parts\":[1,2147483648,3]}"))
                .hasMessageEndingWith("wrong at $.parts[1])");
        assertThatThrownBy(() -> read(new TypeToken<List<Long>>() {}.getType(), "[9.3e18]"))
                .hasMessageEndingWith("wrong at $[0])");
    }

    @Test
    void untyped_numbers_are_exact() {
        Type type = new TypeToken<Map<String, Object>>() {}.getType();
        Map<?, ?> map = (Map<?, ?>)
                read(
                        type,
                        "{\"a\":5,\"b\":9007199254740993,\"c\":18446744073709551617,\"d\":1e400,\"e\":0.1,\"f\":9007199254740992}");

        assertThat(map.values().toArray())
                .containsExactly(
                        5.0,
                        9007199254740993L,
                        new BigInteger("18446744073709551617"),
                        new BigDecimal("1e400"),
                        0.1,
                        9007199254740992.0);
    }

    @Test
    void maps_may_have_numeric_keys() {
        assertThat(read(new TypeToken<Map<Long, Integer>>() {}.getType(), "{\"5\":1}"))
                .isEqualTo(Map.of(5L, 1));
    }
}

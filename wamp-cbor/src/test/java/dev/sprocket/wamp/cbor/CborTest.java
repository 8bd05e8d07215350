package dev.sprocket.wamp.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.wamp.spi.SerializationException;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.Serializer.Reader.Token;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Objects;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of the CBOR serializer.
 *
 * <p>The bytes are those of RFC 8949, appendix A, where it has examples.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CborTest {
    private final Serializer cbor = new CborSerializer();

    private Serializer.Reader reader(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return cbor.reader(bytes, 0, bytes.length);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void service_loader_finds_serializer() {
        assertThat(ServiceLoader.load(Serializer.class)).anyMatch(serializer -> serializer instanceof CborSerializer);
    }

    @ParameterizedTest
    @CsvSource({
        "00, 0",
        "1818, 24",
        "1903e8, 1000",
        "1a000f4240, 1000000",
        "1bffffffffffffffff, 18446744073709551615",
        "20, -1",
        "3903e7, -1000",
        "f93e00, 1.5",
        "fb3ff199999999999a, 1.1",
        "fa47c35000, 100000.0",
        "c249010000000000000000, 18446744073709551616",
        "c241ff, 255",
        "c240, 0",
        "c2420001, 1",
        "c341ff, -256",
        "c340, -1",
        "c349010000000000000000, -18446744073709551617",
        "c25f41014101ff, 257",
        "c35f4101ff, -2",
        "c1c241ff, 255",
        "d9d9f718ff, 255",
        "3b7fffffffffffffff, -9223372036854775808",
        "3b8000000000000000, -9223372036854775809",
        "3bffffffffffffffff, -18446744073709551616",
        "1b7fffffffffffffff, 9223372036854775807",
        "1b8000000000000000, 9223372036854775808",
        "f90400, 6.103515625E-5",
        "f97bff, 65504.0",
        "f98000, -0.0",
        "f97c00, Infinity",
        "f9fc00, -Infinity",
        "f97e00, NaN",
        "fa7f800000, Infinity",
        "fb7ff8000000000000, NaN",
        "fa3dcccccd, 0.10000000149011612",
        "c482211969b3, 270.59",
        "c48221c34101, -0.02",
        "c48221c241ff, 2.55",
        "c4821a3b9ac9ff01, 1E+999999999"
    })
    void reads_number(String hex, String number) {
        Serializer.Reader in = reader(hex);

        assertThat(in.next()).isEqualTo(Token.NUMBER);
        assertThat(in.number()).hasToString(number);
    }

    @ParameterizedTest
    @CsvSource({
        "f6, NULL",
        "f7, NULL",
        "f4, FALSE",
        "f5, TRUE",
        "6161, TEXT",
        "7f657374726561646d696e67ff, TEXT",
        "4100, BINARY",
        "80, LIST",
        "9fff, LIST",
        "a0, MAP",
        "bfff, MAP",
        "c06161, TEXT"
    })
    void reads_token(String hex, Token token) {
        assertThat(reader(hex).next()).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1c",
                "62ff00",
                "62c080",
                "63eda080",
                "7f62c080ff",
                "a161",
                "a162c08000",
                "6361",
                "9bffffffffffffffff00",
                "bbffffffffffffffff00",
                "7bffffffffffffffff00",
                "5bffffffffffffffff00",
                "9f",
                "bf",
                "82",
                "ff",
                "7f",
                "e0",
                "f0",
                "f3",
                "f800",
                "f814",
                "f818",
                "f820",
                "f8ff",
                "fc",
                "81f0",
                "a16161f8ff",
                "c5822003",
                "c482f501",
                "c48221f93c00",
                "c482216161",
                "c4821a3b9aca0001",
                "c49f2101ff",
                "d90100820001",
                "81d81900",
                "7f61c361a4ff",
                "a1f500",
                "a1f600",
                "a1f93c0000",
                "a1410100",
                "a1c2410100",
                "a18000"
            })
    void malformed_input_is_refused(String hex) {
        assertThatThrownBy(() -> reader(hex).sliceOrEnd())
                .isInstanceOf(SerializationException.class)
                .hasMessageStartingWith("CBOR: ");
    }

    @Test
    void nesting_beyond_64_is_refused() {
        assertThat(Objects.requireNonNull(reader("81".repeat(63) + "80").sliceOrEnd())
                        .size())
                .isEqualTo(64);
        assertThatThrownBy(() -> reader("81".repeat(64) + "80").sliceOrEnd())
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void slice_contains_whole_value() {
        Serializer.Reader in =
                reader("86" + "82" + "01" + "a16161f6" + "63616263" + "9f01ff" + "7f6161ff" + "c24101" + "420102");

        assertThat(in.next()).isEqualTo(Token.LIST);
        for (int size : new int[] {6, 4, 3, 4, 3, 3}) {
            assertThat(in.sliceOrEnd())
                    .satisfies(slice -> assertThat(slice.size()).isEqualTo(size));
        }
        assertThat(in.sliceOrEnd()).isNull();
        in.expectEnd();
    }

    @Test
    void slice_starts_within_array() {
        byte[] bytes = HexFormat.of().parseHex("ffffff" + "82" + "6161" + "626162" + "ffff");
        Serializer.Reader in = cbor.reader(bytes, 3, 9);

        assertThat(in.next()).isEqualTo(Token.LIST);
        assertThat(in.next()).isEqualTo(Token.TEXT);
        assertThat(in.text()).isEqualTo("a");
        assertThat(in.sliceOrEnd()).isEqualTo(new Serializer.Slice(bytes, 6, 9));
        assertThat(in.sliceOrEnd()).isNull();
        in.expectEnd();
    }

    @Test
    void number_keys_are_read_as_text() {
        Serializer.Reader in = reader("a21864f619ffff6161");

        assertThat(in.next()).isEqualTo(Token.MAP);
        assertThat(in.next()).isEqualTo(Token.TEXT);
        assertThat(in.text()).isEqualTo("100");
        assertThat(Objects.requireNonNull(reader("a21864f619ffff6161").sliceOrEnd())
                        .size())
                .isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource({
        "a11bfffffffffffffffff6, 18446744073709551615",
        "a11b8000000000000000f6, 9223372036854775808",
        "a13bfffffffffffffffff6, -18446744073709551616",
        "a120f6, -1",
        "bf7f61616162fff6ff, ab"
    })
    void keys_keep_their_values(String hex, String name) {
        Serializer.Reader in = reader(hex);
        in.next();

        assertThat(in.next()).isEqualTo(Token.TEXT);
        assertThat(in.text()).isEqualTo(name);
    }

    @Test
    void integers_up_to_415_bytes_are_read() {
        Serializer.Reader in = reader("c259019f" + "ff".repeat(415));
        in.next();

        assertThat(in.number().toString()).hasSize(1000);
        assertThatThrownBy(() -> reader("c25901a0" + "ff".repeat(416)).next())
                .hasMessage("CBOR: bignum of 416 bytes (expected: <= 415)");
        assertThatThrownBy(() -> reader("c25f58ff" + "00".repeat(255) + "58ff" + "00".repeat(255) + "ff")
                        .next())
                .hasMessage("CBOR: bignum of 510 bytes (expected: <= 415)");
    }

    @Test
    void errors_contain_no_class_names() {
        for (String hex : new String[] {"1c", "a1", "ff", "62ff", "3f", "9bffffffffffffffff00"}) {
            assertThatThrownBy(() -> reader(hex).sliceOrEnd()).message().doesNotContain("Exception", "com.", "`");
        }
    }

    @Test
    void integers_are_written_in_their_shortest_form() {
        assertThat(hex(cbor.writer()
                        .list(5)
                        .number(new BigInteger("18446744073709551615"))
                        .number(new BigInteger("-18446744073709551616"))
                        .number(new BigInteger("-18446744073709551617"))
                        .number(Long.MIN_VALUE)
                        .number(new java.math.BigDecimal("1e400"))
                        .bytes()))
                .isEqualTo("85" + "1bffffffffffffffff" + "3bffffffffffffffff" + "c349010000000000000000"
                        + "3b7fffffffffffffff" + "c482" + "190190" + "01");
    }

    @Test
    void trailing_bytes_are_refused() {
        Serializer.Reader in = reader("f6f6");
        in.next();

        assertThatThrownBy(in::expectEnd).hasMessage("CBOR: trailing bytes");
    }

    @Test
    void containers_have_size_or_end_marker() {
        assertThat(hex(cbor.writer()
                        .list(-1)
                        .number(1)
                        .map(1)
                        .text("a")
                        .list(0)
                        .end()
                        .end()
                        .end()
                        .bytes()))
                .isEqualTo("9f" + "01" + "a1" + "6161" + "80" + "ff");
        assertThat(hex(cbor.writer().list(1000).bytes())).isEqualTo("9a000003e8");
    }

    @Test
    void writes_values() {
        assertThat(hex(cbor.writer()
                        .list(8)
                        .text("\u00e4")
                        .number(1.5)
                        .number(new BigInteger("18446744073709551616"))
                        .number(-1000L)
                        .bool(true)
                        .nullValue()
                        .binary(new byte[] {7})
                        .raw(Serializer.Slice.of(new byte[] {0x01}))
                        .end()
                        .bytes()))
                .isEqualTo("88" + "62c3a4" + "fb3ff8000000000000" + "c249010000000000000000" + "3903e7" + "f5" + "f6"
                        + "4107" + "01");
    }
}

package dev.sprocket.wamp.msgpack;

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

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MsgpackTest {
    private final Serializer msgpack = new MsgpackSerializer();

    private Serializer.Reader reader(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return msgpack.reader(bytes, 0, bytes.length);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void service_loader_finds_serializer() {
        assertThat(ServiceLoader.load(Serializer.class))
                .anyMatch(serializer -> serializer instanceof MsgpackSerializer);
    }

    @ParameterizedTest
    @CsvSource({
        "00, 0",
        "7f, 127",
        "ff, -1",
        "cc80, 128",
        "cd0100, 256",
        "ce80000000, 2147483648",
        "cf001fffffffffffff, 9007199254740991",
        "d0df, -33",
        "d38000000000000000, -9223372036854775808",
        "cfffffffffffffffff, 18446744073709551615",
        "cb3ff8000000000000, 1.5",
        "ca3fc00000, 1.5"
    })
    void reads_number(String hex, String number) {
        Serializer.Reader in = reader(hex);

        assertThat(in.next()).isEqualTo(Token.NUMBER);
        assertThat(in.number()).hasToString(number);
    }

    @ParameterizedTest
    @CsvSource({
        "c0, NULL",
        "c2, FALSE",
        "c3, TRUE",
        "a161, TEXT",
        "c40100, BINARY",
        "d40101, BINARY",
        "d40100, BINARY",
        "d40000, NULL",
        "90, LIST",
        "80, MAP"
    })
    void reads_token(String hex, Token token) {
        assertThat(reader(hex).next()).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c1",
                "a2ff00",
                "d9",
                "a361",
                "dcffff",
                "ddffffffff00",
                "dfffffffff00",
                "dbffffffff00",
                "c6ffffffff00",
                "c9ffffffff0000",
                "92",
                "8161"
            })
    void malformed_input_is_refused(String hex) {
        Serializer.Reader in = reader(hex);

        assertThatThrownBy(() -> {
                    in.sliceOrEnd();
                })
                .isInstanceOf(SerializationException.class)
                .hasMessageStartingWith("MessagePack: ");
    }

    @Test
    void nesting_beyond_64_is_refused() {
        assertThat(Objects.requireNonNull(reader("91".repeat(63) + "90").sliceOrEnd())
                        .size())
                .isEqualTo(64);
        assertThatThrownBy(() -> reader("91".repeat(64) + "90").sliceOrEnd())
                .hasMessage("MessagePack: nested too deep (expected: <= 64)");
    }

    @Test
    void slice_contains_whole_value() {
        Serializer.Reader in = reader("93" + "92" + "01" + "81a161c0" + "a3616263" + "c0");

        assertThat(in.next()).isEqualTo(Token.LIST);
        assertThat(in.sliceOrEnd()).satisfies(slice -> assertThat(slice.size()).isEqualTo(6));
        assertThat(in.sliceOrEnd()).satisfies(slice -> assertThat(slice.size()).isEqualTo(4));
        assertThat(in.sliceOrEnd()).satisfies(slice -> assertThat(slice.size()).isEqualTo(1));
        assertThat(in.sliceOrEnd()).isNull();
        in.expectEnd();
    }

    @Test
    void trailing_bytes_are_refused() {
        Serializer.Reader in = reader("c0c0");
        in.next();

        assertThatThrownBy(in::expectEnd).hasMessage("MessagePack: trailing bytes");
    }

    @Test
    void unknown_sizes_are_filled_in_at_end() {
        assertThat(hex(msgpack.writer()
                        .list(-1)
                        .number(1)
                        .map(-1)
                        .text("a")
                        .list(-1)
                        .end()
                        .end()
                        .end()
                        .bytes()))
                .isEqualTo("dd00000002" + "01" + "df00000001" + "a161" + "dd00000000");
    }

    @Test
    void writes_values() {
        assertThat(hex(msgpack.writer()
                        .list(8)
                        .text("\u00e4")
                        .number(1.5)
                        .number(new BigInteger("18446744073709551615"))
                        .number(new BigInteger("18446744073709551616"))
                        .bool(true)
                        .nullValue()
                        .binary(new byte[] {7})
                        .raw(Serializer.Slice.of(new byte[] {0x01}))
                        .end()
                        .bytes()))
                .isEqualTo("98" + "a2c3a4" + "cb3ff8000000000000" + "cfffffffffffffffff" + "cb43f0000000000000" + "c3"
                        + "c0" + "c40107" + "01");
    }

    @Test
    void numbers_beyond_MessagePack_are_exact_or_text() {
        assertThat(hex(msgpack.writer()
                        .list(6)
                        .number(new BigInteger("18446744073709551617"))
                        .number(new BigInteger("-9223372036854775809"))
                        .number(new BigInteger("-9223372036854775808"))
                        .number(new java.math.BigDecimal("1e400"))
                        .number(new java.math.BigDecimal("1e-400"))
                        .number(new java.math.BigDecimal("0.5"))
                        .bytes()))
                .isEqualTo("96" + "b43138343436373434303733373039353531363137"
                        + "b42d39323233333732303336383534373735383039" + "d38000000000000000" + "a631452b343030"
                        + "a631452d343030" + "cb3fe0000000000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a3eda080", "a2c080", "81a2ff00c0", "a4f4908080", "d903eda080", "91a1e4"})
    void invalid_utf8_is_refused(String hex) {
        assertThatThrownBy(() -> reader(hex).sliceOrEnd()).hasMessage("MessagePack: not UTF-8");
    }

    @Test
    void errors_contain_no_class_names() {
        for (String hex : new String[] {"c1", "a2", "dc", "d9"}) {
            assertThatThrownBy(() -> reader(hex).sliceOrEnd()).message().doesNotContain("Exception", "org.");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "918190c0",
                "9181c40100c0",
                "918180c0",
                "9182a161c090c0",
                "91818181c0c0c0c0",
                "9181c3c0",
                "9181c0c0",
                "9181cb3ff8000000000000c0"
            })
    void map_keys_without_text_form_are_refused(String hex) {
        Serializer.Reader in = reader(hex);
        in.next();

        assertThatThrownBy(in::sliceOrEnd)
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("(expected: text)");
    }
}

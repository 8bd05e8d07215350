package dev.sprocket.session.php;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests with bytes of PHP 8.2, unless stated otherwise. The character {@code ~} stands for a zero byte. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PhpCodecTest {
    private static byte[] bytes(String latin) {
        return latin.replace('~', '\0').getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Map<String, @Nullable Object> read(String latin) throws SessionFormatException {
        return PhpCodec.PHP.decode(bytes(latin));
    }

    private static @Nullable Object value(String serialized) throws SessionFormatException {
        return read("v|" + serialized).get("v");
    }

    private static String written(Map<String, @Nullable Object> attributes) throws SessionFormatException {
        return new String(PhpCodec.PHP.encode(attributes), StandardCharsets.ISO_8859_1).replace('\0', '~');
    }

    private static String written(@Nullable Object value) throws SessionFormatException {
        return written(Collections.singletonMap("v", value)).substring(2);
    }

    @Test
    void reads_symfony_attributes() throws Exception {
        assertThat(
                        read(
                                "_sf2_attributes|a:2:{s:5:\"hello\";s:5:\"world\";s:4:\"last\";i:1332872102;}_sf2_flashes|a:0:{}"))
                .isEqualTo(Map.of(
                        "_sf2_attributes", Map.of("hello", "world", "last", 1332872102L), "_sf2_flashes", List.of()));
    }

    @Test
    void three_formats_contain_same_attributes() throws Exception {
        Map<String, Object> session = Map.of("user", "Ann");
        byte[] binary = bytes("\4users:3:\"Ann\";");
        byte[] serialize = bytes("a:1:{s:4:\"user\";s:3:\"Ann\";}");
        assertThat(read("user|s:3:\"Ann\";")).isEqualTo(session);
        assertThat(PhpCodec.PHP_BINARY.decode(binary)).isEqualTo(session);
        assertThat(PhpCodec.PHP_SERIALIZE.decode(serialize)).isEqualTo(session);
        assertThat(PhpCodec.PHP_BINARY.encode(Map.of("user", "Ann"))).isEqualTo(binary);
        assertThat(PhpCodec.PHP_SERIALIZE.encode(Map.of("user", "Ann"))).isEqualTo(serialize);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "N;",
                "b:0;",
                "b:1;",
                "i:0;",
                "i:-5;",
                "i:9223372036854775807;",
                "i:-9223372036854775808;",
                "d:0.1;",
                "d:-0;",
                "d:INF;",
                "d:-INF;",
                "d:NAN;",
                "d:100000;",
                "d:10000000000000000;",
                "d:1.0E+17;",
                "d:1.2345678901234568E+17;",
                "d:0.0001;",
                "d:1.0E-5;",
                "d:5.0E-324;",
                "d:2.0E+23;",
                "d:5.684341886080802E-14;",
                "d:178254618039300.12;",
                "d:1.7976931348623157E+308;",
                "s:0:\"\";",
                "s:7:\"a;\"|}{\0\";",
                "s:2:\"\303\244\";",
                "s:2:\"\303\050\";",
                "a:0:{}",
                "a:2:{i:0;i:1;i:1;i:2;}",
                "a:2:{i:1;i:1;i:0;i:2;}",
                "a:5:{i:-9223372036854775808;i:1;i:9223372036854775807;i:1;s:19:\"9223372036854775808\";i:1;s:2:\"-0\";i:1;s:2:\"05\";i:1;}",
                "a:1:{s:2:\"\303\050\";i:1;}",
                "O:8:\"stdClass\":1:{s:1:\"5\";i:1;}",
                "O:3:\"Neu\":2:{i:0;s:1:\"a\";s:1:\"x\";a:2:{i:0;i:1;s:1:\"k\";i:2;}}",
                "O:1:\"U\":4:{s:1:\"a\";i:1;s:4:\"~*~b\";a:1:{i:0;i:1;}s:4:\"~U~c\";s:1:\"x\";s:4:\"self\";r:1;}",
                "E:10:\"Suit:Clubs\";",
                "C:3:\"Old\":4:{i:5;}",
                "C:3:\"Old\":2:{\303\050}"
            })
    void encodes_decoded_value_unchanged(String serialized) throws Exception {
        String latin = serialized.replace('\0', '~');
        assertThat(written(value(latin))).isEqualTo(latin);
    }

    @Test
    void repeated_objects_keep_their_identity() throws Exception {
        String session = "u|O:1:\"U\":1:{s:4:\"self\";r:1;}again|r:1;l|a:2:{i:0;i:1;i:1;r:1;}"
                + "e|E:10:\"Suit:Clubs\";e2|a:1:{i:0;r:7;}z|O:8:\"stdClass\":0:{}z2|r:10;";
        Map<String, @Nullable Object> read = read(session);
        assertThat(read.get("again")).isSameAs(read.get("u"));
        assertThat(((List<?>) read.get("l")).get(1)).isSameAs(read.get("u"));
        assertThat(((List<?>) read.get("e2")).get(0)).isSameAs(read.get("e"));
        assertThat(written(read)).isEqualTo(session);
    }

    @Test
    void php_serialize_numbers_outer_array_first() throws Exception {
        byte[] session = bytes("a:2:{s:1:\"a\";O:1:\"U\":0:{}s:1:\"b\";r:2;}");
        Map<String, @Nullable Object> read = PhpCodec.PHP_SERIALIZE.decode(session);
        assertThat(read.get("b")).isSameAs(read.get("a"));
        assertThat(PhpCodec.PHP_SERIALIZE.encode(read)).isEqualTo(session);
    }

    @Test
    void references_are_read_as_values_and_not_numbered() throws Exception {
        String session = "r|a:2:{i:0;i:1;i:1;i:2;}r2|R:1;y|i:5;y2|R:4;o|O:1:\"U\":0:{}o2|r:5;";
        Map<String, @Nullable Object> read = read(session);
        assertThat(read.get("r2")).isEqualTo(List.of(1L, 2L));
        assertThat(read.get("y2")).isEqualTo(5L);
        assertThat(read.get("o2")).isSameAs(read.get("o"));
        assertThat(written(read))
                .isEqualTo("r|a:2:{i:0;i:1;i:1;i:2;}r2|a:2:{i:0;i:1;i:1;i:2;}y|i:5;y2|i:5;o|O:1:\"U\":0:{}o2|r:9;");
    }

    @Test
    void cycle_ends_with_back_reference() throws Exception {
        SessionObject user = (SessionObject) value("O:1:\"U\":1:{s:4:\"self\";r:1;}");
        assertThat(user.field("self"))
                .isEqualTo(new SessionObject("U", SessionObject.Kind.BACK_REFERENCE, Map.of()))
                .isNotSameAs(user);
        assertThat(user.toString()).contains("BACK_REFERENCE");
        Object array = value("a:1:{s:2:\"me\";R:1;}");
        assertThat(array)
                .isEqualTo(Map.of("me", new SessionObject("array", SessionObject.Kind.BACK_REFERENCE, Map.of())));
        assertThatThrownBy(() -> written(array)).isInstanceOf(SessionFormatException.class);
    }

    @Test
    void numbers_after_custom_data_are_unknown() throws Exception {
        // written by PHP: the data contains two values
        String session = "u|O:1:\"U\":0:{}old|C:3:\"Old\":14:{a:1:{i:0;i:1;}}x|a:0:{}again|r:1;z|O:1:\"U\":0:{}z2|r:7;";
        Map<String, @Nullable Object> read = read(session);
        assertThat(read.get("again")).isSameAs(read.get("u"));
        assertThat(read.get("z2")).isEqualTo(new SessionObject("", SessionObject.Kind.BACK_REFERENCE, Map.of()));
        assertThatThrownBy(() -> written(read)).isInstanceOf(SessionFormatException.class);
    }

    @Test
    void fields_are_found_without_visibility_prefix() throws Exception {
        SessionObject user = (SessionObject)
                value("O:1:\"U\":4:{s:1:\"a\";i:1;s:4:\"~*~b\";i:2;s:4:\"~U~c\";i:3;s:4:\"~P~d\";i:4;}");
        assertThat(user.type()).isEqualTo("U");
        assertThat(List.of("a", "b", "c", "d")).map(user::field).isEqualTo(List.of(1L, 2L, 3L, 4L));
        assertThat(user.field("e")).isNull();
        assertThat(user.fields()).containsKeys("a", "\0*\0b", "\0U\0c", "\0P\0d");
    }

    @Test
    void lengths_count_bytes() throws Exception {
        assertThat(value("s:5:\"\303\244bcd\";")).isEqualTo("\u00e4bcd");
        assertThat(value("s:2:\"\377\376\";")).isEqualTo(new byte[] {(byte) 0xFF, (byte) 0xFE});
        assertThat(value("S:3:\"a\\41\\7c\";")).isEqualTo("aA|");
        assertThat(value("a:1:{s:3:\"a\377b\";i:1;}")).isEqualTo(Map.of("a\uDCFFb", 1L));
    }

    @ParameterizedTest
    @CsvSource({"d:.5, 0.5", "d:5., 5", "d:+1e3, 1000", "d:-1.5E-3, -0.0015", "d:1e999, Infinity"})
    void floats_are_read_as_php_reads_them(String serialized, double value) throws Exception {
        assertThat(value(serialized + ";")).isEqualTo(value);
    }

    @Test
    void unset_variables_are_skipped() throws Exception {
        assertThat(read("!a|b|i:1;!c|!d|")).isEqualTo(Map.of("b", 1L));
        assertThat(read("!a|i:1;")).as("since PHP 7.1").isEqualTo(Map.of("!a", 1L));
        assertThat(PhpCodec.PHP_BINARY.decode(bytes("\201a\1bi:1;"))).isEqualTo(Map.of("b", 1L));
    }

    @Test
    void zero_bytes_are_empty_session() throws Exception {
        for (PhpCodec codec : PhpCodec.values()) {
            assertThat(codec.decode(new byte[0])).isEmpty();
        }
        assertThat(PhpCodec.PHP_SERIALIZE.encode(Map.of())).isEqualTo(bytes("a:0:{}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "i:1",
                "i:;",
                "i:9223372036854775808;",
                "i:-9223372036854775809;",
                "i:99999999999999999999999999;",
                "b:2;",
                "d:;",
                "d:1.2.3;",
                "d:0x1p3;",
                "d:1f;",
                "s:5:\"abcd\";",
                "s:2147483647:\"a\";",
                "s:99999999999999999999:\"a\";",
                "s:-1:\"a\";",
                "s:1:\"ab\";",
                "S:1:\"\\4\";",
                "S:1:\"\\4g\";",
                "a:1000000000:{",
                "a:1:{}",
                "a:0:{i:0;i:1;}",
                "a:1:{N;i:1;}",
                "a:1:{r:1;i:1;}",
                "O:0:\"\":0:{}",
                "O:8:\"stdClass\":1:{",
                "C:3:\"Old\":9:{i:5;}",
                "E:4:\"Suit\";",
                "R:0;",
                "R:2;",
                "r:1;",
                "R:99999999999999999999;",
                "a:2:{i:0;i:1;i:1;r:2;}",
                "i:1;rest"
            })
    void malformed_value_error_contains_no_values(String serialized) {
        assertThatThrownBy(() -> value(serialized))
                .isInstanceOf(SessionFormatException.class)
                .hasMessageContaining("expected: ");
    }

    @Test
    void limits_nesting_depth() throws Exception {
        int depth = SessionCodec.MAX_DEPTH;
        assertThat(value("a:1:{i:0;".repeat(depth - 1) + "N;" + "}".repeat(depth - 1)))
                .isNotNull();
        assertThatThrownBy(() -> value("a:1:{i:0;".repeat(depth) + "N;" + "}".repeat(depth)))
                .hasMessageContaining("nested too deeply");
        assertThatThrownBy(() -> value("a:1:{i:0;".repeat(1_000_000))).hasMessageContaining("nested too deeply");
        @Nullable Object value = null;
        for (int i = 1; i < depth; i++) {
            value = Collections.singletonList(value);
        }
        assertThat(written(value)).isNotEmpty();
        @Nullable Object deeper = Collections.singletonList(value);
        assertThatThrownBy(() -> written(deeper)).hasMessageContaining("nested too deeply");
    }

    @Test
    void references_count_towards_depth() {
        String deep = "a:1:{i:0;".repeat(40) + "N;" + "}".repeat(40);
        assertThatThrownBy(() -> read("a|" + deep + "b|" + "a:1:{i:0;".repeat(40) + "R:1;" + "}".repeat(40)))
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void references_count_towards_number_of_values() {
        StringBuilder laughs = new StringBuilder("a|a:2:{i:0;N;i:1;N;}");
        int number = 1;
        for (int i = 0; i < 50; i++) {
            laughs.append("a|a:2:{i:0;R:")
                    .append(number)
                    .append(";i:1;R:")
                    .append(number)
                    .append(";}");
            number += i == 0 ? 3 : 1;
        }
        assertThatThrownBy(() -> read(laughs.toString())).hasMessageContaining("too many values");
    }

    @Test
    void limits_number_of_values() throws Exception {
        assertThat((List<?>) value("a:99999:{" + numbered(99_999) + "}")).hasSize(99_999);
        assertThatThrownBy(() -> value("a:100000:{" + numbered(100_000) + "}")).hasMessageContaining("too many values");
        assertThatThrownBy(() -> written(Collections.nCopies(100_000, null))).hasMessageContaining("too many values");
    }

    private static String numbered(int count) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append("i:").append(i).append(";N;");
        }
        return all.toString();
    }

    @Test
    void rejects_names_unsupported_by_format() throws Exception {
        assertThatThrownBy(() -> PhpCodec.PHP.encode(Map.of("a|b", 1L))).hasMessageContaining("|");
        assertThatThrownBy(() -> PhpCodec.PHP.encode(Map.of("1", 1L))).hasMessageContaining("numeric");
        assertThatThrownBy(() -> PhpCodec.PHP_BINARY.encode(Map.of("n".repeat(128), 1L)))
                .hasMessageContaining("128 bytes");
        assertThat(PhpCodec.PHP_SERIALIZE.encode(Map.of("1", 1L))).isEqualTo(bytes("a:1:{i:1;i:1;}"));
        assertThat(PhpCodec.PHP_SERIALIZE.decode(bytes("a:1:{i:0;i:1;}"))).isEqualTo(Map.of("0", 1L));
    }

    @Test
    void rejects_values_without_php_form() {
        assertThatThrownBy(() -> written(new Object()))
                .hasMessage(
                        "value of type java.lang.Object (expected: null, Boolean, Long, Double, String, byte[], List,"
                                + " Map or SessionObject)");
        assertThatThrownBy(() -> written("half \uD83D")).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> written(Map.of("half \uD83D", 1L))).hasMessageContaining("surrogate");
    }

    @Test
    void last_duplicate_name_wins() throws Exception {
        assertThat(read("a|i:1;a|i:2;")).isEqualTo(Map.of("a", 2L));
        assertThat(value("a:2:{i:0;i:1;i:0;i:2;}")).isEqualTo(List.of(2L));
    }

    @Test
    void decoded_values_are_unmodifiable() throws Exception {
        Map<String, @Nullable Object> read =
                read("a|a:1:{i:0;i:1;}m|a:1:{s:1:\"k\";i:1;}o|O:1:\"U\":1:{s:1:\"k\";i:1;}");
        assertThatThrownBy(read::clear).isInstanceOf(UnsupportedOperationException.class);
        for (Object value : new ArrayList<>(read.values())) {
            assertThatThrownBy(() -> {
                        if (value instanceof List<?> list) {
                            list.clear();
                        } else {
                            (value instanceof SessionObject object ? object.fields() : (Map<?, ?>) value).clear();
                        }
                    })
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void changed_attribute_keeps_the_others() throws Exception {
        Map<String, @Nullable Object> session = new LinkedHashMap<>(read("n|i:1;o|O:1:\"U\":1:{s:4:\"~*~b\";i:2;}"));
        session.put("n", 2L);
        assertThat(written(session)).isEqualTo("n|i:2;o|O:1:\"U\":1:{s:4:\"~*~b\";i:2;}");
        assertThat(Arrays.asList(1, (short) 2, (byte) 3, 1.5f))
                .satisfies(list -> assertThat(written(list)).isEqualTo("a:4:{i:0;i:1;i:1;i:2;i:2;i:3;i:3;d:1.5;}"));
    }
}

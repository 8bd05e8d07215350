package dev.sprocket.wamp.internal.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.wamp.internal.id.WampIds;
import dev.sprocket.wamp.internal.serializer.JsonSerializer;
import dev.sprocket.wamp.internal.serializer.ValueTrees;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import dev.sprocket.wamp.spi.SerializationException;
import dev.sprocket.wamp.spi.Serializer.Reader.Token;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V2CodecTest {
    private static V2Message read(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return V2Codec.read(JsonSerializer.JSON, bytes, 0, bytes.length);
    }

    @Test
    void white_space_and_escapes_are_read() {
        V2Message.Publish read =
                (V2Message.Publish) read(" [ 16 , 1 , { \"a\\u0062\" : [ ] } , \"com\\u002ex\" , [ 1 ] ] ");

        assertThat(read.options().toString()).isEqualTo("{ab=[]}");
        assertThat(read.topic()).isEqualTo("com.x");
        assertThat(read.arguments().list().toString()).isEqualTo("[1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[16,1,{},\"t\",[\"\\ud83d\"],{}]", "[16,1,{},\"t\",[1e999],{}]"})
    void valid_json_values_are_passed_on(String json) {
        assertThat(new String(V2Codec.write(JsonSerializer.JSON, read(json)), StandardCharsets.UTF_8))
                .isEqualTo(json);
    }

    @Test
    void text_that_is_not_utf8_is_rejected() {
        byte[] bytes = "[16,1,{},\"t\",[\"?\"]]".getBytes(StandardCharsets.ISO_8859_1);
        bytes[15] = (byte) 0xFF;

        assertThatThrownBy(() -> V2Codec.read(JsonSerializer.JSON, bytes, 0, bytes.length))
                .isInstanceOf(SerializationException.class)
                .hasMessage("JSON: not UTF-8");
    }

    @Test
    void nesting_depth_is_limited() {
        String deep = "[16,1,{},\"t\"," + "[".repeat(63) + "]".repeat(63) + "]";
        String deeper = "[16,1,{},\"t\"," + "[".repeat(64) + "]".repeat(64) + "]";

        assertThat(read(deep)).isInstanceOf(V2Message.Publish.class);
        assertThatThrownBy(() -> read(deeper)).hasMessageContaining("nested too deep (expected: <= 64)");
    }

    /** Messages of each type with null for every dictionary and list. */
    @ParameterizedTest
    @EnumSource(V2MessageType.class)
    void null_dictionaries_and_lists_are_empty(V2MessageType type) throws ReflectiveOperationException {
        StringBuilder nulls = new StringBuilder("[" + type.code());
        StringBuilder named = new StringBuilder("[" + type.code());
        for (RecordComponent item : type.record().getRecordComponents()) {
            String value = item.getType() == long.class ? ",1" : item.getType() == String.class ? ",\"t\"" : ",null";
            nulls.append(item.getType() == CallArguments.class ? ",null,null" : value);
            named.append(item.getType() == CallArguments.class ? ",null,{\"a\":1}" : value);
        }
        V2Message read = read(nulls + "]");

        for (RecordComponent item : type.record().getRecordComponents()) {
            Object value = item.getAccessor().invoke(read);
            if (value instanceof Map<?, ?> dictionary) {
                assertThat(dictionary).isEmpty();
            }
            if (value instanceof CallArguments arguments) {
                assertThat(arguments.itemCount()).isZero();
                assertThat(arguments.list()).isEmpty();
                assertThat(arguments.map()).isEmpty();
            }
        }
        String written = named.toString().replace("null,{\"a\"", "[],{\"a\"").replace("null", "{}") + "]";
        assertThat(new String(V2Codec.write(JsonSerializer.JSON, read(named + "]")), StandardCharsets.UTF_8))
                .isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[16,1,{},\"t\",null,null,null]",
                "[16,1,{},null]",
                "[16,null,{},\"t\"]",
                "[16,1,[],\"t\"]",
                "[16,1,{},\"t\",{}]",
                "[16,1,{},\"t\",[],[]]",
                "[16,1,{},\"t\",false]"
            })
    void items_of_wrong_type_are_rejected(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(WampProtocolException.class);
    }

    @Test
    void bytes_are_strings_of_nul_and_base64() {
        String json = "[\"\\u0000EOP/kA==\",\"\\u0000no base64!\"]";
        var in = JsonSerializer.JSON.reader(json.getBytes(StandardCharsets.UTF_8), 0, json.length());

        assertThat(in.next()).isEqualTo(Token.LIST);
        assertThat(in.next()).isEqualTo(Token.BINARY);
        assertThat(in.binary()).containsExactly(0x10, 0xE3, 0xFF, 0x90);
        assertThat(in.next()).isEqualTo(Token.TEXT);
        assertThat(in.text()).isEqualTo("\0no base64!");
        assertThat(new String(
                        JsonSerializer.JSON
                                .writer()
                                .binary(new byte[] {0x10, (byte) 0xE3, (byte) 0xFF, (byte) 0x90})
                                .bytes(),
                        StandardCharsets.UTF_8))
                .isEqualTo("\"\\u0000EOP/kA==\"");
    }

    @Test
    void text_is_written_with_its_escapes() {
        assertThat(new String(
                        JsonSerializer.JSON
                                .writer()
                                .text("a\"\\\n\t\u00e4\u0001")
                                .bytes(),
                        StandardCharsets.UTF_8))
                .isEqualTo("\"a\\\"\\\\\\n\\u0009\u00e4\\u0001\"");
    }

    @Test
    void ids_are_unique_and_in_range() {
        Set<Long> seen = new HashSet<>();
        for (int i = 1; i <= 1000; i++) {
            seen.add(WampIds.publication(i));
            seen.add(WampIds.publication());
            seen.add(WampIds.random());
        }

        assertThat(seen).hasSize(3000).allMatch(id -> id >= 1 && id <= 1L << 53);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9", "-9", "0.9", "9e9"})
    void numbers_over_thousand_characters_are_rejected(String number) {
        String most = number.replaceFirst("9", "9".repeat(1001 - number.length()));
        String more = number.replaceFirst("9", "9".repeat(1002 - number.length()));

        assertThat(read("[16,1,{},\"t\",[" + most + "]]")).isInstanceOf(V2Message.Publish.class);
        assertThatThrownBy(() -> read("[16,1,{},\"t\",[" + more + "]]"))
                .isInstanceOf(SerializationException.class)
                .hasMessageEndingWith("number of more than 1000 characters");
    }

    @Test
    void decimals_beyond_a_double_stay_exact() {
        assertThat(value("1e400")).isEqualTo(new java.math.BigDecimal("1e400"));
        assertThat(value("-1e400")).isEqualTo(new java.math.BigDecimal("-1e400"));
        assertThat(value("1e-400")).isEqualTo(new java.math.BigDecimal("1e-400"));
        assertThat(value("0e-400")).isEqualTo(0.0);
        assertThat(value("-0")).isEqualTo(-0.0);
        assertThat(value("0.1")).isEqualTo(0.1);
        assertThat(value("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
        assertThat(value("-9223372036854775809")).isEqualTo(new java.math.BigInteger("-9223372036854775809"));
        assertThatThrownBy(() -> value("1e1234567890")).hasMessageEndingWith("exponent of more than 9 digits");
    }

    private static Object value(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.US_ASCII);
        return ValueTrees.read(JsonSerializer.JSON.reader(bytes, 0, bytes.length));
    }

    @Test
    void duplicate_dictionary_entries_are_rejected() {
        assertThatThrownBy(() -> read("[16,1,{\"eligible\":[1],\"eligible\":null},\"t\"]"))
                .hasMessage("two entries eligible (expected: one)");
        assertThatThrownBy(() -> read("[1,\"r\",{\"roles\":{\"caller\":{},\"caller\":{}}}]"))
                .hasMessage("two entries caller (expected: one)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[16,1,{},\"com.\\ud83d\"]",
                "[48,1,{},\"com.\\ude00\\ud83d\"]",
                "[1,\"realm\\udfff1\",{}]",
                "[16,1,{\"\\ud83d\":1},\"t\"]",
                "[16,1,{},\"t\",[],{\"\\ud83d\":1}]",
                "[16,1,{},\"t\",[{\"a\":{\"x\\ud83dx\":1}}]]",
                "[8,68,1,{},\"com.\\ud83d\"]"
            })
    void names_with_unpaired_surrogates_are_rejected(String json) {
        assertThatThrownBy(() -> read(json)).hasMessageContaining("unpaired surrogate");
    }

    @Test
    void names_with_paired_surrogates_are_read() {
        assertThat(((V2Message.Publish) read("[16,1,{},\"com.\\ud83d\\ude00\",[{\"\\uD83D\\uDE00\":1}]]")).topic())
                .isEqualTo("com.\ud83d\ude00");
    }

    @Test
    void unpaired_surrogates_in_payloads_are_written_as_replacement() {
        assertThat(new String(
                        JsonSerializer.JSON
                                .writer()
                                .text("a\ud83db\ude00\ud83d\ude00")
                                .bytes(),
                        StandardCharsets.UTF_8))
                .isEqualTo("\"a\ufffdb\ufffd\ud83d\ude00\"");
    }
}

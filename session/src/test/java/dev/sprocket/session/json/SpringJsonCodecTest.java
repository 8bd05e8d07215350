package dev.sprocket.session.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sprocket.session.internal.store.AttributeBytes;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SpringJsonCodecTest {
    private static @Nullable Object read(String json) throws SessionFormatException {
        return JsonCodec.spring()
                .decode(AttributeBytes.join(Map.of("it", json.getBytes(UTF_8))))
                .get("it");
    }

    @Test
    void plain_values_are_plain() throws Exception {
        assertThat(read("")).isNull();
        assertThat(read("null")).isNull();
        assertThat(read("\"h\u00e9\"")).isEqualTo("h\u00e9");
        assertThat(read("7")).isEqualTo(7L);
        assertThat(read("1.5")).isEqualTo(1.5);
        assertThat(read("true")).isEqualTo(true);
        assertThat(read("[\"java.lang.Long\",7]")).isEqualTo(7L);
        assertThat(read("[\"java.math.BigDecimal\",7.25]")).isEqualTo(7.25);
    }

    @Test
    void collections_are_lists_and_maps() throws Exception {
        assertThat(read("[\"java.util.ArrayList\",[\"example.com\",\"b\"]]")).isEqualTo(List.of("example.com", "b"));
        assertThat(read("[\"java.util.ArrayList\",[\"example.com\",[\"java.lang.Long\",1]]]"))
                .isEqualTo(List.of("example.com", 1L));
        assertThat(read("{\"@class\":\"java.util.HashMap\",\"a\":[\"[Ljava.lang.String;\",[]]}"))
                .isEqualTo(Map.of("a", List.of()));
        assertThat(read("{\"@class\":\"java.util.Collections$UnmodifiableMap\",\"a\":1}"))
                .isEqualTo(Map.of("a", 1L));
    }

    @Test
    void objects_become_data() throws Exception {
        assertThat(read("{\"@class\":\"com.sun.rowset.JdbcRowSetImpl\",\"dataSourceName\":\"ldap://127.0.0.1/x\"}"))
                .isEqualTo(new SessionObject(
                        "com.sun.rowset.JdbcRowSetImpl", Map.of("dataSourceName", "ldap://127.0.0.1/x")));
        assertThat(read("[\"java.util.Date\",1234]"))
                .isEqualTo(new SessionObject("java.util.Date", Map.of("value", 1234L)));
    }

    @Test
    void rejects_malicious_input() {
        String array = "[\"java.util.ArrayList\",[";
        for (String json : List.of(
                "[".repeat(100_000),
                array.repeat(70) + "]]".repeat(70),
                "{\"a\":".repeat(70) + "1" + "}".repeat(70),
                "[" + "1,".repeat(100_001) + "1]",
                "{'a':1}",
                "nul",
                "1 2",
                "\"open",
                "NaN",
                "{\"a\":1,}")) {
            assertThatExceptionOfType(SessionFormatException.class)
                    .as(json.substring(0, Math.min(30, json.length())))
                    .isThrownBy(() -> read(json));
        }
    }
}

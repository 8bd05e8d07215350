package dev.sprocket.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.RejectedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PublishRequestTest {
    private static final String EXPECTED = "expected {\"topic\": \"…\", \"event\": …}";

    private static ByteBuf utf8(String json) {
        return Unpooled.copiedBuffer(json, UTF_8);
    }

    private static List<String> read(String json, @Nullable String field) {
        return PublishRequest.read(utf8(json), field).stream()
                .map(push -> push.topic() + " <- " + push.event().json())
                .toList();
    }

    private static List<String> read(String json) {
        return read(json, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1.50", "\"x\"", "[1 , 2]", "{ \"a\":{}}", "false", "\"\\u00e9é\""})
    void reads_an_envelope_and_preserves_the_event_text(String event) {
        assertThat(read("{\"topic\":\"t\",\"event\": " + event + " }")).containsExactly("t <- " + event);
    }

    @Test
    void envelope_members_may_be_in_any_order() {
        assertThat(read("{\"v\":[{}],\"event\":1,\"x\":null,\"topic\":\"t\",\"y\":\"z\"}"))
                .containsExactly("t <- 1");
    }

    @Test
    void reads_escaped_names_and_topics() {
        assertThat(read("{\"t\\u006fpic\":\"caf\\u00e9\",\"event\":1}")).containsExactly("café <- 1");
    }

    @Test
    void with_a_topic_member_the_object_is_the_event() {
        String json = "{ \"category\":\"kittens\", \"title\" : 1.0 }";

        assertThat(read("  " + json + "\n", "category")).containsExactly("kittens <- " + json);
    }

    @Test
    void envelope_takes_precedence_over_the_topic_member() {
        assertThat(read("{\"category\":\"c\",\"topic\":\"t\",\"event\":1}", "category"))
                .containsExactly("t <- 1");
    }

    @Test
    void incomplete_envelope_with_the_topic_member_is_an_event() {
        String json = "{\"category\":\"c\",\"topic\":\"t\"}";

        assertThat(read(json, "category")).containsExactly("c <- " + json);
    }

    @Test
    void topic_member_may_be_named_topic() {
        String json = "{\"topic\":\"t\",\"price\":1}";

        assertThat(read(json, "topic")).containsExactly("t <- " + json);
        assertThat(read("{\"topic\":\"t\",\"event\":1}", "topic")).containsExactly("t <- 1");
    }

    @Test
    void array_may_contain_envelopes_and_objects() {
        assertThat(read(
                        "[ {\"topic\":\"t\",\"event\":1} , {\"category\":\"c\"},{\"topic\":\"u\",\"event\":[]} ]",
                        "category"))
                .containsExactly("t <- 1", "c <- {\"category\":\"c\"}", "u <- []");
        assertThat(read("[]")).isEmpty();
    }

    @Test
    void event_is_a_copy_of_the_buffer() {
        ByteBuf buffer = utf8("{\"topic\":\"t\",\"event\":\"before\"}");
        PublishRequest push = PublishRequest.read(buffer).get(0);

        buffer.setZero(0, buffer.capacity()).release();

        assertThat(push.event().json()).isEqualTo("\"before\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|1|1",
                "`  {\"topic\":\"t\"}`|1|3",
                "{\"event\":1}|1|1",
                "{\"topic\":7,\"event\":1}|1|1",
                "{\"topic\":null,\"event\":1}|1|1",
                "[{\"topic\":\"t\",\"event\":1},{\"event\":2}]|1|26",
                "[{\"topic\":\"t\",\"event\":[{}]}, {\"a\":{\"topic\":\"t\",\"event\":1}}]|1|30",
            })
    void invalid_object_is_rejected_with_its_position(String json, int line, int column) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(RejectedException.class)
                .hasMessage("JSON, line " + line + ", column " + column + ": " + EXPECTED);
    }

    @Test
    void error_names_a_missing_topic_member() {
        assertThatThrownBy(() -> read("[\n  {\"category\":1}]", "category"))
                .hasMessage("JSON, line 2, column 3: " + EXPECTED + " or an object with \"category\": \"…\"");
    }

    @Test
    void topic_has_1_to_512_characters() {
        assertThat(read("{\"topic\":\"" + "é".repeat(512) + "\",\"event\":1}")).hasSize(1);
        assertThatThrownBy(() -> read("{\"topic\":\"\",\"event\":1}"))
                .hasMessage("JSON, line 1, column 1: topic of 0 characters (expected: 1-512)");
        assertThatThrownBy(() -> read("[\n{\"topic\":\"" + "x".repeat(513) + "\",\"event\":1}]"))
                .hasMessage("JSON, line 2, column 1: topic of 513 characters (expected: 1-512)");
        assertThatThrownBy(() -> read(" {\"c\":\"\"}", "c"))
                .hasMessage("JSON, line 1, column 2: topic of 0 characters (expected: 1-512)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|1|expected a value",
                "hello|1|expected a value",
                "\"text\"|1|expected an object",
                "7|1|expected an object",
                "[7]|2|expected an object",
                "[[]]|2|expected an object",
                "{\"topic\":\"t\",\"event\":1}{}|24|expected the end",
                "{\"topic\":\"t\",\"event\":}|22|expected a value",
                "{\"topic\":\"t\",\"event\":1|23|expected ',' or '}'",
                "[{\"topic\":\"t\",\"event\":1},]|26|expected a value"
            })
    void invalid_JSON_is_rejected_with_its_position(String json, int column, String expected) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(RejectedException.class)
                .hasMessage("JSON, line 1, column " + column + ": " + expected);
    }

    @Test
    void input_that_is_not_UTF_8_is_rejected() {
        ByteBuf latin1 = Unpooled.wrappedBuffer(new byte[] {'"', (byte) 0xE9, '"'});

        assertThatThrownBy(() -> PublishRequest.read(latin1))
                .isInstanceOf(RejectedException.class)
                .hasMessageEndingWith("not UTF-8");
        assertThatThrownBy(() -> PublishRequest.readEvent("t", latin1))
                .isInstanceOf(RejectedException.class)
                .hasMessageEndingWith("not UTF-8");
    }

    @Test
    void event_apart_from_its_topic_may_be_any_value() {
        assertThat(PublishRequest.readEvent("t", utf8(" [ 1 ] \n")).event().json())
                .isEqualTo("[ 1 ]");
        assertThatThrownBy(() -> PublishRequest.readEvent("t", utf8("1 2")))
                .hasMessage("JSON, line 1, column 3: expected the end");
        assertThatThrownBy(() -> PublishRequest.readEvent("t", utf8("")))
                .hasMessage("JSON, line 1, column 1: expected a value");
    }

    @Test
    void envelope_is_read_back_unchanged() {
        PublishRequest push = new PublishRequest("a \"é\" \n", Event.raw("[1.0,  {}]".getBytes(UTF_8)));

        String json = push.envelope().text();

        assertThat(json).isEqualTo("{\"topic\":\"a \\\"é\\\" \\n\",\"event\":[1.0,  {}]}");
        PublishRequest read = PublishRequest.read(push.envelope().content()).get(0);
        assertThat(read.topic()).isEqualTo(push.topic());
        assertThat(read.event().json()).isEqualTo("[1.0,  {}]");
    }

    @Test
    void key_and_version_belong_to_the_envelope() {
        PublishRequest push = PublishRequest.read(
                        utf8("{\"version\":0,\"topic\":\"t\",\"key\":\"\\u00e9\\\"\",\"event\":1}"), "key")
                .get(0);
        assertThat(push.key()).contains("é\"");
        assertThat(push.version()).hasValue(0);

        PublishRequest sent =
                PublishRequest.read(push.topic("u").envelope().content()).get(0);
        assertThat(sent.topic()).isEqualTo("u");
        assertThat(sent.key()).isEqualTo(push.key());
        assertThat(sent.version()).isEqualTo(push.version());
        assertThat(sent.event().json()).isEqualTo("1");
    }

    @Test
    void key_and_version_outside_an_envelope_are_payload() {
        for (String field : List.of("category", "key")) {
            PublishRequest push = PublishRequest.read(utf8("{\"category\":\"c\",\"key\":\"c\",\"version\":1.5}"), field)
                    .get(0);
            assertThat(push.topic()).isEqualTo("c");
            assertThat(push.key()).isEmpty();
            assertThat(push.version()).isEmpty();
        }
    }

    @Test
    void copies_check_key_and_version() {
        PublishRequest push = new PublishRequest("t", Event.of(1));
        assertThat(push.key("k")
                        .version(PublishRequest.MAX_VERSION)
                        .event(Event.of(2))
                        .version())
                .hasValue(PublishRequest.MAX_VERSION);
        for (String key : List.of("", "k".repeat(256), "a\n", "\u0085")) {
            assertThatThrownBy(() -> push.key(key))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("invalid \"key\"");
        }
        for (long version : new long[] {-1, PublishRequest.MAX_VERSION + 1}) {
            assertThatThrownBy(() -> push.version(version))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("invalid \"version\"");
        }
    }
}

package dev.sprocket.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonSyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class EventTest {
    record Price(String name, int cents) {}

    @Test
    void raw_JSON_is_preserved() {
        String json = "{ \"b\":1.0e1 ,\"a\" : \"\\u003c\" }";

        assertThat(Event.raw(json.getBytes(UTF_8)).json()).isEqualTo(json);
    }

    @Test
    void any_value_is_serialized_as_JSON() {
        assertThat(Event.of(new Price("é<&>", 5)).json()).isEqualTo("{\"name\":\"é<&>\",\"cents\":5}");
        assertThat(Event.of(Map.of("a", List.of(1, "b"))).json()).isEqualTo("{\"a\":[1,\"b\"]}");
        assertThat(Event.of("x").json()).isEqualTo("\"x\"");
        assertThat(Event.of(null).json()).isEqualTo("null");
        assertThat(Event.of(Arrays.asList(1, null)).json()).isEqualTo("[1,null]");
        assertThat(Event.of(new Price(null, 0)).json()).isEqualTo("{\"name\":null,\"cents\":0}");
    }

    @Test
    void JSON_is_deserialized_as_a_value() {
        Event event = Event.json("{\"name\":\"tea\",\"cents\":250}");

        assertThat(event.as(Price.class)).isEqualTo(new Price("tea", 250));
        assertThat(event.tree().getAsJsonObject().get("cents").getAsInt()).isEqualTo(250);
    }

    @Test
    void invalid_JSON_is_rejected() {
        assertThatThrownBy(() -> Event.json("{\"a\":")).isInstanceOf(JsonSyntaxException.class);
    }

    @Test
    void content_is_read_only() {
        assertThat(Event.of(1).content().isReadOnly()).isTrue();
    }

    @Test
    void toString_does_not_reveal_the_content() {
        assertThat(Event.of("é")).hasToString("event of 4 bytes");
    }
}

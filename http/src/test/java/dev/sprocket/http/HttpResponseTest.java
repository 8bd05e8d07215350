package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses as immutable values. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HttpResponseTest {
    @Test
    void each_method_returns_a_copy() {
        HttpResponse plain = HttpResponse.of(200);

        assertThat(plain.header("A", "b").status(201).headers()).hasSize(1);
        assertThat(plain.status()).isEqualTo(200);
        assertThat(plain.headers()).isEmpty();
    }

    @Test
    void json_is_sent_unchanged() {
        HttpResponse json = HttpResponse.json("{\"ä\":1}");

        assertThat(json.body().text()).isEqualTo("{\"ä\":1}");
        assertThat(json.headers()).containsExactly(Map.entry("Content-Type", "application/json"));
    }

    @Test
    void another_body_replaces_the_content_type() {
        HttpResponse other = HttpResponse.text("a").header("A", "b").body("image/png", new byte[] {1});

        assertThat(other.headers()).containsExactly(Map.entry("A", "b"), Map.entry("Content-Type", "image/png"));
    }

    @Test
    void reason_of_an_error_is_not_in_its_body() {
        HttpResponse error = HttpResponse.error(403, "why");

        assertThat(error.reason()).isEqualTo("why");
        assertThat(error.body().text()).isEqualTo("403 Forbidden\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 600})
    void status_must_be_100_to_599(int status) {
        assertThatThrownBy(() -> HttpResponse.of(status)).hasMessage("status: " + status + " (expected: 100-599)");
        assertThatThrownBy(() -> HttpResponse.of(200).status(status))
                .hasMessage("status: " + status + " (expected: 100-599)");
    }

    /** RFC 9110 5.5: user input must not add headers. */
    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: b", "a\nb", "a\u0000b"})
    void header_value_must_not_contain_line_break(String value) {
        assertThatThrownBy(() -> HttpResponse.of(302).header("Location", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("header Location: ");
    }

    /** RFC 9110 5.1. */
    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\n"})
    void header_name_must_be_a_token(String name) {
        assertThatThrownBy(() -> HttpResponse.of(200).header(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }
}

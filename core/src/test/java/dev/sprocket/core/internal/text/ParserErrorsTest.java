package dev.sprocket.core.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ParserErrorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "com.google.gson.stream.MalformedJsonException: Unterminated array | Unterminated array",
                "Expected a com.google.gson.JsonObject but was com.google.gson.JsonPrimitive"
                        + " | Expected a object but was string, number or boolean",
                "Abstract class can't be instantiated! Class name: com.acme.Shape$Round"
                        + " | Abstract class can't be instantiated! Class name: value",
                "class java.lang.String cannot be cast to class java.lang.Integer"
                        + " | string cannot be cast to number",
                "Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON"
                        + " | Use value.setStrictness(Strictness.LENIENT) to accept malformed JSON",
                "Unquoted(\"ws\") and ({}) are not compatible | string(\"ws\") and ({}) are not compatible",
                "h.conf: 3: expecting a close brace | h.conf: 3: expecting a close brace",
                "For input string: \"1.5\" | For input string: \"1.5\"",
                "no.such.Host.example is unknown | no.such.Host.example is unknown"
            })
    void replaces_class_names_with_plain_words(String message, String expected) {
        assertThat(ParserErrors.text(message)).isEqualTo(expected);
    }

    @Test
    void text_is_empty_without_a_message() {
        assertThat(ParserErrors.text(new NullPointerException())).isEmpty();
    }
}

package dev.sprocket.plugin.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests messages about options. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class OptionTest {
    private static final List<Option<?>> SECRET = List.of(Option.requiredSecret("token", "Token"));
    private static final List<Option<?>> OPTIONS = List.of(
            Option.objects("tokens", SECRET, "Backends"),
            Option.object("backend", SECRET, "Backend"),
            Option.objectsByName("backends", SECRET, "Backends by name"));

    @ParameterizedTest
    @CsvSource({
        "tokens = [hush], tokens: text (expected: object)",
        "tokens = hush, tokens: text (expected: list of objects)",
        "backend = hush, backend: text (expected: object)",
        "backends = hush, backends: text (expected: objects by name)",
        "backends { a = hush }, backends.a: text (expected: object)",
    })
    void secret_in_place_of_an_object_is_not_shown(String text, String message) {
        ConfigErrors errors = new ConfigErrors();

        assertThat(Settings.read("bridge", ConfigFactory.parseString(text).root(), OPTIONS, errors))
                .isNotNull();

        assertThat(errors.lines()).singleElement().asString().contains(message).doesNotContain("hush");
    }
}

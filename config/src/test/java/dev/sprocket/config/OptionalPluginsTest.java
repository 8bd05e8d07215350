package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sprocket.plugin.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that require the plugin of an optional artifact. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OptionalPluginsTest {
    @TempDir
    Path folder;

    private Path file(String route, String more) throws IOException {
        return Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web { address = \"127.0.0.1:0\", routes = [" + route + "] }\n" + more);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "comet | sprocket-comet | { path = /a, layers = [comet], component = echo }",
                "legacy | sprocket-legacy | { path = /a, layers = [{ ws { legacy-drafts = true } }], component = echo"
                        + " }",
                "session-spring | sprocket-session-spring"
                        + " | { path = /a, layers = [{ session { codec = spring } }, ws], component = echo }"
            })
    void key_works_only_with_its_plugin(String plugin, String artifact, String route) throws Exception {
        ConfiguredServer.of(file(route, "")).close(java.time.Duration.ZERO);

        Path without = file(route, "plugins.disabled = [" + plugin + "]");
        List<String> errors = catchThrowableOfType(ConfigurationException.class, () -> ConfiguredServer.of(without))
                .errors();

        assertThat(errors)
                .singleElement()
                .asString()
                .startsWith("site.conf:1: ")
                .endsWith("(expected: the plugin of " + artifact + ", on the class path and not disabled)");
    }

    @Test
    void legacy_drafts_false_needs_no_plugin() throws Exception {
        Path file = file("{ path = /a, layers = [ws], component = echo }", "plugins.disabled = [legacy]");
        ConfiguredServer.of(file).close(java.time.Duration.ZERO);
    }
}

package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigRenderOptions;
import dev.sprocket.config.internal.schema.EnvironmentOverrides;
import dev.sprocket.plugin.config.ConfigErrors;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EnvironmentTest {
    private final ConfigErrors problems = new ConfigErrors();

    private String overrides(String name, String value) {
        return EnvironmentOverrides.overrides(Map.of(name, value), problems)
                .root()
                .render(ConfigRenderOptions.concise());
    }

    @Test
    void known_variable_overrides_without_warning() {
        assertThat(overrides("SPROCKET_bridges_push_type", "tcp"))
                .isEqualTo("{\"bridges\":{\"push\":{\"type\":\"tcp\"}}}");
        assertThat(problems.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SPROCKET_SERVICE_HOST",
                "SPROCKET_SERVICE_PORT",
                "SPROCKET_SERVICE_PORT_HTTP",
                "SPROCKET_PORT",
                "SPROCKET_PORT_8080_TCP",
                "SPROCKET_PORT_8080_TCP_ADDR",
                "SPROCKET_PORT_5353_UDP_PROTO",
                "SPROCKET_PUSH_API_SERVICE_HOST",
                "SPROCKET_PUSH_API_PORT_5557_TCP_PORT",
                "SPROCKET_JAVA_OPTS",
                "SPROCKET_LOG",
                "SPROCKETS_HOME",
                "sprocket_listeners_web_address"
            })
    void foreign_variables_are_ignored_without_warning(String name) {
        assertThat(overrides(name, "x")).isEqualTo("{}");
        assertThat(problems.warnings()).isEmpty();
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SPROCKET_lisseners_web_address | (expected: SPROCKET_ and a key, such as"
                        + " SPROCKET_listeners_web_address)",
                "SPROCKET_LISTENERS_WEB_ADDRESS | (did you mean SPROCKET_listeners…? keys are case-sensitive)",
                "SPROCKET_ | (expected: SPROCKET_ and a key, such as SPROCKET_listeners_web_address)",
                "SPROCKET_listeners_ | (did you mean SPROCKET_listeners…? keys are case-sensitive)",
                "SPROCKET_TOKEN | (expected: SPROCKET_ and a key, such as SPROCKET_listeners_web_address)"
            })
    void unknown_variable_causes_warning(String name, String expected) {
        assertThat(overrides(name, "x")).isEqualTo("{}");
        assertThat(problems.warnings())
                .containsExactly("environment " + name + ": unknown variable ignored " + expected);
        assertThat(problems.isEmpty()).isTrue();
    }
}

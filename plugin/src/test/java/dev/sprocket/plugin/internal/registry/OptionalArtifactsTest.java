package dev.sprocket.plugin.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OptionalArtifactsTest {
    private static final ConfigOrigin HERE =
            ConfigOriginFactory.newSimple("site.conf").withLineNumber(1);

    private final FactoryRegistry empty = new FactoryRegistry(Set.of(), Set.of(), Set.of(), Set.of());
    private final ConfigErrors problems = new ConfigErrors();

    private String problem() {
        return Assertions.catchThrowableOfType(ConfigurationException.class, problems::throwIfAny)
                .errors()
                .get(0);
    }

    @Test
    void missing_layer_names_its_artifact() {
        assertThat(empty.layer("comet", HERE, problems)).isEmpty();
        assertThat(problem())
                .endsWith("unknown layer: comet (expected: the plugin of sprocket-comet, on the class path and not"
                        + " disabled)");
    }

    @Test
    void missing_component_names_its_artifact() {
        assertThat(empty.component("flash-policy", HERE, problems)).isEmpty();
        assertThat(problem()).contains("sprocket-legacy");
    }

    @Test
    void unknown_name_lists_the_known_ones() {
        assertThat(empty.layer("commet", HERE, problems)).isEmpty();
        assertThat(problem()).contains("unknown layer: commet").doesNotContain("sprocket-comet");
    }

    @ParameterizedTest
    @CsvSource({
        "layer, comet",
        "component, flash-policy",
        "component, push",
        "bridge, http",
        "bridge, tcp",
        "bridge, zmq",
        "SessionStore, jdbc",
        "SessionStore, memcached",
        "SessionStore, redis",
        "SessionToken, jwt",
        "SessionCodec, spring"
    })
    void artifact_is_a_module_of_this_project(String kind, String name) {
        String artifact = OptionalArtifacts.find(kind, name).orElseThrow();
        Path module = Path.of("..", artifact.replaceFirst("sprocket-", ""));
        assertThat(Files.exists(module.resolve("pom.xml"))).as(artifact).isTrue();
        assertThat(module.resolve("src/main/resources/META-INF/services/dev.sprocket.plugin.Plugin"))
                .exists();
    }
}

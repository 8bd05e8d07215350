package dev.sprocket.checks.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.config.internal.schema.MarkdownReference;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.pubsub.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/configuration.md} with the configuration keys. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ConfigurationPageTest {
    @Test
    void page_is_generated_from_the_current_keys() throws Exception {
        FactoryRegistry factories = Plugins.discover()
                .injector(binder -> {
                    binder.bind(EventLoops.class).toInstance(EventLoops.single());
                    binder.bind(Topics.class).toInstance(new Topics());
                })
                .getInstance(FactoryRegistry.class);
        assertThat(Files.readString(Path.of("../docs/configuration.md")))
                .as("outdated page; run: ./sprocket config --markdown > docs/configuration.md")
                .isEqualTo(MarkdownReference.of(factories));
    }
}

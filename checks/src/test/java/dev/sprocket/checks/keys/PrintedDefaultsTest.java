package dev.sprocket.checks.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.sprocket.config.internal.schema.ConfigSchema;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.pubsub.Topics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * An omitted configuration key has its printed default value.
 *
 * <p>The rows of {@code dev.sprocket.checks} test the effect of a value. This class compares the default value itself,
 * also where its effect takes too long for a test, such as ten minutes.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PrintedDefaultsTest {
    private static List<Factory> parts() {
        FactoryRegistry parts = Plugins.discover()
                .injector(binder -> {
                    binder.bind(EventLoops.class).toInstance(EventLoops.single());
                    binder.bind(Topics.class).toInstance(new Topics());
                })
                .getInstance(FactoryRegistry.class);
        List<Factory> all = new ArrayList<>(parts.layers());
        all.addAll(parts.components());
        all.addAll(parts.bridges());
        parts.serviceTypes().forEach(kind -> all.addAll(parts.services(kind)));
        return all;
    }

    /** Compares the parsed default text of each option with its default value. */
    private static int compare(String where, List<Option<?>> options) {
        int compared = 0;
        for (Option<?> option : options) {
            compared += compare(where + "." + option, option.fields());
            if (!option.defaultText().isEmpty()) {
                compared++;
                ConfigErrors problems = new ConfigErrors();
                String text = option.name() + " = " + option.defaultText();
                List<Option<?>> only = List.of(option);
                Settings written =
                        Settings.read(where, ConfigFactory.parseString(text).root(), only, problems);
                assertThat(problems.lines()).as("%s: %s", where, text).isEmpty();
                assertThat((Object) written.get(option))
                        .as("%s: %s", where, text)
                        .isEqualTo(Settings.defaults(only).get(option));
            }
        }
        return compared;
    }

    @Test
    void omitted_key_has_printed_default() {
        int compared = compare("configuration", ConfigSchema.SERVER_KEYS);
        for (Factory part : parts()) {
            compared += compare(part.name(), part.options());
        }
        assertThat(compared).isGreaterThan(100);
    }
}

package dev.sprocket.plugin.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.plugin.config.Settings;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PluginsTest {
    /** Public, as required for service files. */
    public static final class Pigeon implements Plugin {
        @Override
        public String name() {
            return "pigeon";
        }

        @Override
        public Module module() {
            return bridges("pigeon", "owl");
        }
    }

    public static final class Bottle implements Plugin {
        @Override
        public String name() {
            return "bottle";
        }

        @Override
        public String version() {
            return "1.2";
        }

        @Override
        public Module module() {
            return bridges("bottle");
        }
    }

    public static final class OtherPigeon implements Plugin {
        @Override
        public String name() {
            return "pigeon";
        }

        @Override
        public Module module() {
            return binder -> {};
        }
    }

    private record Named(String name) implements BridgeFactory {
        @Override
        public String summary() {
            return "by " + name;
        }

        @Override
        public Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target) {
            throw new UnsupportedOperationException(name);
        }
    }

    private static Module bridges(String... names) {
        return binder -> {
            for (String name : names) {
                Multibinder.newSetBinder(binder, BridgeFactory.class)
                        .addBinding()
                        .toInstance(new Named(name));
            }
        };
    }

    @TempDir
    Path directory;

    /** Discovers plugins with a service file that lists these classes. */
    private Plugins discover(Class<?>... named) throws IOException {
        Path services = Files.write(
                directory.resolve("services"),
                List.of(named).stream().map(Class::getName).toList());
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(new ClassLoader(before) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                return name.equals("META-INF/services/" + Plugin.class.getName())
                        ? Collections.enumeration(List.of(url(services)))
                        : super.getResources(name);
            }
        });
        try {
            return Plugins.discover();
        } finally {
            current.setContextClassLoader(before);
        }
    }

    private static URL url(Path file) throws MalformedURLException {
        return file.toUri().toURL();
    }

    @Test
    void class_path_plugins_are_sorted_by_name() throws Exception {
        assertThat(discover(Pigeon.class, Bottle.class).all())
                .extracting(found -> found.plugin().name())
                .containsExactly("bottle", "pigeon");
        assertThat(discover(Bottle.class, Pigeon.class).all())
                .extracting(found -> found.plugin().name())
                .containsExactly("bottle", "pigeon");
    }

    @Test
    void empty_class_path_has_no_plugins() throws Exception {
        assertThat(discover().all()).isEmpty();
        assertThat(Plugins.discover().all()).isEmpty();
    }

    @Test
    void duplicate_plugin_names_are_an_error() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> discover(Pigeon.class, Bottle.class, OtherPigeon.class))
                .withMessageStartingWith("two plugins have the name pigeon: in ");
    }

    @Test
    void version_defaults_to_that_of_the_jar() {
        assertThat(new Bottle().version()).isEqualTo("1.2");
        assertThat(new Pigeon().version()).isEqualTo("dev");
    }

    @Test
    void injector_combines_bindings_of_plugins_and_server() throws Exception {
        Injector injector = discover(Pigeon.class, Bottle.class)
                .injector(binder -> binder.bind(String.class).toInstance("own"), bridges("built in"));

        assertThat(injector.getInstance(String.class)).isEqualTo("own");
        assertThat(injector.getInstance(FactoryRegistry.class).bridge("pigeon").name())
                .isEqualTo("pigeon");
        assertThat(injector.getInstance(FactoryRegistry.class).bridge("owl").name())
                .isEqualTo("owl");
        assertThat(injector.getInstance(FactoryRegistry.class).bridge("bottle").name())
                .isEqualTo("bottle");
        assertThat(injector.getInstance(FactoryRegistry.class)
                        .bridge("built in")
                        .name())
                .isEqualTo("built in");
    }

    @Test
    void unknown_bridge_error_lists_known_bridges() throws Exception {
        Injector injector = discover(Pigeon.class, Bottle.class).injector();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> injector.getInstance(FactoryRegistry.class).bridge("Pigeon"))
                .withMessage("bridge: Pigeon (expected: one of [bottle, owl, pigeon])");
    }

    @Test
    void every_bridge_is_unknown_without_plugins() throws Exception {
        Injector injector = discover().injector();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> injector.getInstance(FactoryRegistry.class).bridge("zmq"))
                .withMessage("bridge: zmq (expected: one of [])");
    }
}

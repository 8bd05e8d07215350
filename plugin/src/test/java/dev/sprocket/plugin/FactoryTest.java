package dev.sprocket.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.config.Option;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Tests factories that are built in one expression. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class FactoryTest {
    private static final StackType SOCKET = StackType.messages(Connection.class);
    private static final StackType TEXTS = StackType.messages(Connection.class, String.class);
    private static final Option<Integer> SIZE = Option.number("size", 3, 1, 9, "Size");

    private final MessageComponent<Connection, Message> component = (from, message) -> {};

    @Test
    void decorator_provides_the_surrounding_type() {
        LayerFactory layer = Factory.named("a", "b").requires(SOCKET).layer((inner, settings) -> inner);

        assertThat(layer.requires()).isEqualTo(SOCKET);
        assertThat(layer.provides(TEXTS)).isEqualTo(TEXTS);
        assertThat(layer.methods()).isEmpty();
        assertThat(layer.upgrades()).isFalse();
        assertThat(layer.ambientCredentials()).isFalse();
    }

    @Test
    void layer_has_all_given_properties() {
        LayerFactory layer = Factory.named("a", "b")
                .requires(SOCKET)
                .provides(TEXTS)
                .options(SIZE)
                .methods("GET", "POST")
                .upgrades()
                .ambientCredentials()
                .layer((inner, settings) -> inner);

        assertThat(layer.name()).isEqualTo("a");
        assertThat(layer.summary()).isEqualTo("b");
        assertThat(layer.provides(SOCKET)).isEqualTo(TEXTS);
        assertThat(layer.options()).isEqualTo(List.of(SIZE));
        assertThat(layer.methods()).containsExactly("GET", "POST");
        assertThat(layer.upgrades()).isTrue();
        assertThat(layer.ambientCredentials()).isTrue();
    }

    @Test
    void component_reads_its_settings() {
        int[] size = new int[1];
        ComponentFactory factory = Factory.named("a", "b")
                .requires(SOCKET)
                .options(SIZE)
                .component(settings -> {
                    size[0] = settings.get(SIZE);
                    return component;
                });

        assertThat((Component<?>) factory.create(factory.settings("size = 5"))).isSameAs(component);
        assertThat(size[0]).isEqualTo(5);
        assertThat(factory.methods()).containsExactly("GET");
        assertThat(factory.subpaths()).containsExactly("");
    }

    @Test
    void service_has_its_type() {
        ServiceFactory<String> factory =
                Factory.named("a", "b").options(SIZE).service(String.class, s -> "size " + s.get(SIZE));

        assertThat(factory.type()).isEqualTo(String.class);
        assertThat(factory.create(factory.settings(""))).isEqualTo("size 3");
    }

    @Test
    void layer_without_required_type_is_rejected() {
        assertThatThrownBy(() -> Factory.named("a", "b").layer((inner, settings) -> inner))
                .hasMessage("factory a without a required type (call requires)");
    }
}

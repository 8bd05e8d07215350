package dev.sprocket.bridge.zmq;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.inject.Injector;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ZmqBridgePluginTest {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final MessageComponent<Connection, Message> target = (from, message) -> received.add(message.text());
    private final Injector injector = Plugins.discover().injector(binder -> {});
    private final BridgeFactory factory =
            injector.getInstance(FactoryRegistry.class).bridge("zmq");

    @Test
    void plugin_is_on_the_class_path() {
        assertThat(Plugins.discover().all())
                .extracting(found -> found.plugin().name())
                .containsExactly("bridge-zmq");
    }

    @Test
    void listens_on_loopback_by_default() {
        assertThat(factory.options())
                .extracting(option -> option + " = " + option.defaultText())
                .contains("host = \"127.0.0.1\"", "port = 5555");
        assertThatIllegalStateException()
                .isThrownBy(() -> factory.create(factory.settings("host = 0.0.0.0"), target))
                .withMessageContaining("0.0.0.0");
    }

    @Test
    void created_bridge_applies_options_and_delivers_messages() throws Exception {
        try (Endpoint bridge = factory.create(factory.settings("port = 0"), target)) {
            bridge.start();
            try (ZmqPush push = new ZmqPush("127.0.0.1", ((InetSocketAddress) bridge.address()).getPort())) {
                push.push("{}");

                assertThat(received.poll(20, SECONDS)).isEqualTo("{}");
            }
        }
    }
}

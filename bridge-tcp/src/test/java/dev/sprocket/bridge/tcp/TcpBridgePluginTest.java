package dev.sprocket.bridge.tcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.inject.Injector;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TcpBridgePluginTest {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final MessageComponent<Connection, Message> target = (from, message) -> received.add(message.text());
    private final Injector injector =
            Plugins.discover().injector(binder -> binder.bind(EventLoops.class).toInstance(EventLoops.single()));
    private final BridgeFactory factory =
            injector.getInstance(FactoryRegistry.class).bridge("tcp");

    @Test
    void plugin_is_on_the_class_path() {
        assertThat(Plugins.discover().all())
                .extracting(found -> found.plugin().name())
                .containsExactly("bridge-tcp");
    }

    @Test
    void listens_on_loopback_by_default() {
        assertThat(factory.options())
                .extracting(option -> option + " = " + option.defaultText())
                .contains("host = \"127.0.0.1\"", "port = 5556");
        assertThatIllegalStateException()
                .isThrownBy(() -> factory.create(factory.settings("host = 0.0.0.0"), target))
                .withMessageContaining("0.0.0.0");
    }

    @Test
    void created_bridge_applies_options_and_delivers_messages() throws Exception {
        try (Endpoint bridge = factory.create(factory.settings("port = 0"), target)) {
            bridge.start();
            InetSocketAddress address = (InetSocketAddress) bridge.address();
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.getOutputStream().write("{}".getBytes(UTF_8));
            }

            assertThat(received.poll(20, SECONDS)).isEqualTo("{}");
        }
    }
}

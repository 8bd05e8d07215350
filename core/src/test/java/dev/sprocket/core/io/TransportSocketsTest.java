package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sprocket.core.Client;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.text.Lines;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TransportSocketsTest {
    @ParameterizedTest
    @EnumSource
    void echoes_bytes_on_every_transport(Transport transport) throws Exception {
        assumeThat(transport.isAvailable())
                .as(transport + " is not available on this machine")
                .isTrue();
        String large = "0123456789".repeat(50_000);
        try (IoServer server = new IoServer("127.0.0.1", 0, EventLoops.on(transport), new EchoServer())) {
            server.start();
            try (Client one = Client.connect(server.address());
                    Client two = Client.connect(server.address())) {
                assertThat(one.send("one").read(3)).isEqualTo("one");
                assertThat(two.send(large).read(large.length())).isEqualTo(large);
            }
        }
    }

    @Test
    void error_names_unknown_transport() {
        assertThatThrownBy(() -> Transport.choose("kqueue"))
                .hasMessage("sprocket.transport: kqueue (expected: epoll, io_uring or nio)");
        assertThat(Transport.choose("nio")).isEqualTo(Transport.NIO);
    }

    @ParameterizedTest
    @EnumSource
    void half_closed_client_receives_pending_responses(Transport transport) throws Exception {
        assumeThat(transport.isAvailable())
                .as(transport + " is not available on this machine")
                .isTrue();
        try (IoServer server = new IoServer("127.0.0.1", 0, EventLoops.on(transport), new Lines(new EchoServer()))) {
            server.start();
            try (java.net.Socket socket = new java.net.Socket()) {
                socket.connect(server.address(), 10_000);
                Client client = Client.of(socket).send("one\ntwo");
                socket.shutdownOutput();

                assertThat(client.readToEnd()).isEqualTo("one\ntwo\n");
            }
        }
    }

    /** See ADR 18. */
    @Test
    void io_uring_disables_multishot_accept() {
        assumeThat(Transport.IO_URING.isAvailable())
                .as("io_uring is not available on this machine")
                .isTrue();
        assertThat(io.netty.channel.uring.IoUring.isAcceptMultishotEnabled()).isFalse();
    }

    @Test
    void selects_nio_without_native_transport_jars() throws Exception {
        try (WithoutNative loader = new WithoutNative()) {
            Class<?> transport = Class.forName("dev.sprocket.core.io.Transport", true, loader);
            var choose = transport.getDeclaredMethod("choose", String.class);
            choose.setAccessible(true);

            Object chosen = choose.invoke(null, (Object) null);

            assertThat(transport.getClassLoader()).isSameAs(loader);
            assertThat(chosen).hasToString("nio");
        }
    }

    @Test
    void server_works_without_native_transport_jars() throws Exception {
        try (WithoutNative loader = new WithoutNative()) {
            Class<?> app = Class.forName("dev.sprocket.core.EchoServer", true, loader);
            Class<?> component = Class.forName("dev.sprocket.core.MessageComponent", true, loader);
            Class<?> type = Class.forName("dev.sprocket.core.io.IoServer", true, loader);
            Object server = type.getConstructor(int.class, component)
                    .newInstance(0, app.getConstructor().newInstance());
            type.getMethod("start").invoke(server);
            try (Client client = Client.connect(
                    (java.net.SocketAddress) type.getMethod("address").invoke(server))) {
                assertThat(client.send("hello").read(5)).isEqualTo("hello");
            } finally {
                type.getMethod("close").invoke(server);
            }
        }
    }

    /** Class loader without the jars of epoll, io_uring and their common classes. */
    private static final class WithoutNative extends URLClassLoader {
        WithoutNative() throws Exception {
            super(urls(), ClassLoader.getPlatformClassLoader());
        }

        private static URL[] urls() throws Exception {
            List<URL> urls = new ArrayList<>();
            String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            for (String entry : path.split(File.pathSeparator)) {
                if (!entry.matches(".*netty-transport-(classes|native)-.*")) {
                    urls.add(Path.of(entry).toUri().toURL());
                }
            }
            return urls.toArray(URL[]::new);
        }
    }
}

package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

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
    void bytes_come_and_go_on_every_transport(Transport transport) throws Exception {
        assumeThat(transport.isAvailable())
                .as(transport + " does not work on this machine")
                .isTrue();
        String large = "0123456789".repeat(50_000);
        try (IoServer server = new IoServer("127.0.0.1", 0, EventLoops.on(transport), new EchoServer())) {
            server.start();
            try (Client one = Client.to(server.address());
                    Client two = Client.to(server.address())) {
                assertThat(one.send("one").read(3)).isEqualTo("one");
                assertThat(two.send(large).read(large.length())).isEqualTo(large);
            }
        }
    }

    @Test
    void one_that_does_not_exist_is_named() {
        assertThatThrownBy(() -> Transport.choose("kqueue"))
                .hasMessage("sprocket.transport: kqueue (expected: epoll, io_uring or nio)");
        assertThat(Transport.choose("nio")).isEqualTo(Transport.NIO);
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_has_sent_all_still_gets_its_answers(Transport transport) throws Exception {
        assumeThat(transport.isAvailable())
                .as(transport + " does not work on this machine")
                .isTrue();
        try (IoServer server = new IoServer("127.0.0.1", 0, EventLoops.on(transport), new Lines(new EchoServer()))) {
            server.start();
            try (java.net.Socket socket = new java.net.Socket()) {
                socket.connect(server.address(), 10_000);
                Client client = Client.over(socket).send("one\ntwo");
                socket.shutdownOutput();

                assertThat(client.rest()).isEqualTo("one\ntwo\n");
            }
        }
    }

    /** See ADR 18. */
    @Test
    void io_uring_accepts_one_at_a_time_so_that_it_can_be_held_back() {
        assumeThat(Transport.IO_URING.isAvailable())
                .as("io_uring does not work on this machine")
                .isTrue();
        assertThat(io.netty.channel.uring.IoUring.isAcceptMultishotEnabled()).isFalse();
    }

    @Test
    void without_the_jars_of_the_native_transports_it_is_nio() throws Exception {
        try (WithoutNative loader = new WithoutNative()) {
            Class<?> transport = Class.forName("dev.sprocket.core.Transport", true, loader);
            var choose = transport.getDeclaredMethod("choose", String.class);
            choose.setAccessible(true);

            Object chosen = choose.invoke(null, (Object) null);

            assertThat(transport.getClassLoader()).isSameAs(loader);
            assertThat(chosen).hasToString("nio");
        }
    }

    @Test
    void without_the_jars_of_the_native_transports_a_server_works() throws Exception {
        try (WithoutNative loader = new WithoutNative()) {
            Class<?> app = Class.forName("dev.sprocket.core.EchoServer", true, loader);
            Class<?> component = Class.forName("dev.sprocket.core.MessageComponent", true, loader);
            Class<?> type = Class.forName("dev.sprocket.core.IoServer", true, loader);
            Object server = type.getConstructor(int.class, component)
                    .newInstance(0, app.getConstructor().newInstance());
            type.getMethod("start").invoke(server);
            try (Client client =
                    Client.to((java.net.SocketAddress) type.getMethod("address").invoke(server))) {
                assertThat(client.send("hello").read(5)).isEqualTo("hello");
            } finally {
                type.getMethod("close").invoke(server);
            }
        }
    }

    /** The classes of this class path once more, as if the jars of epoll, io_uring and what they share were not there. */
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

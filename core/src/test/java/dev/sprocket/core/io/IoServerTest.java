package dev.sprocket.core.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.text.Lines;
import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests servers with real sockets. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class IoServerTest {
    private static Socket connect(IoServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    @Test
    void port_0_binds_a_free_port() throws Exception {
        try (IoServer server = new IoServer(0, new EchoServer())) {
            server.start();

            InetSocketAddress address = (InetSocketAddress) server.address();
            assertThat(address.getPort()).isEqualTo(server.port()).isPositive();
            assertThat(address.getAddress().isLoopbackAddress()).isTrue();
            try (Socket socket = connect(server)) {
                socket.getOutputStream().write("hello".getBytes(UTF_8));
                assertThat(new String(socket.getInputStream().readNBytes(5), UTF_8))
                        .isEqualTo("hello");
            }
        }
    }

    @Test
    void port_in_use_error_names_the_address() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                IoServer server = new IoServer(other.getLocalPort(), new EchoServer())) {
            assertThatIOException()
                    .isThrownBy(server::start)
                    .withMessageStartingWith("cannot listen on 127.0.0.1:" + other.getLocalPort() + ": ")
                    .withMessageContaining("in use");
            assertThatIllegalStateException().isThrownBy(server::address).withMessage("not started");
        }
    }

    @Test
    void start_can_be_retried_after_failure() throws Exception {
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        try (IoServer server = new IoServer(other.getLocalPort(), new EchoServer())) {
            assertThatIOException().isThrownBy(server::start);
            other.close();

            server.start();

            assertThat(server.port()).isEqualTo(other.getLocalPort());
        }
    }

    @Test
    void unknown_host_is_named_in_the_error() {
        try (IoServer server = new IoServer("no-such-host.invalid", 0, new EchoServer())) {
            assertThatIOException()
                    .isThrownBy(server::start)
                    .withMessage("cannot listen on no-such-host.invalid:0: unknown host");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65536, 70000})
    void rejects_invalid_port(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IoServer(port, new EchoServer()))
                .withMessage("port: " + port + " (expected: 0-65535)");
    }

    @Test
    void second_start_throws() throws Exception {
        try (IoServer server = new IoServer(0, new EchoServer())) {
            server.start();

            assertThatIllegalStateException().isThrownBy(server::start).withMessage("already started");
        }
    }

    @Test
    void start_after_close_throws() {
        IoServer server = new IoServer(0, new EchoServer());
        server.close();

        assertThatIllegalStateException().isThrownBy(server::start).withMessage("already closed");
    }

    @Test
    void repeated_close_is_allowed_and_frees_the_port() throws Exception {
        IoServer server = new IoServer(0, new EchoServer());
        server.start();
        int port = server.port();

        server.close();
        server.close();
        server.close(Duration.ZERO);

        try (IoServer next = new IoServer(port, new EchoServer())) {
            next.start();
            assertThat(next.port()).isEqualTo(port);
        }
    }

    @Test
    void closing_a_server_keeps_shared_loops_running() throws Exception {
        EventLoops loops = EventLoops.single();
        try (IoServer one = new IoServer("127.0.0.1", 0, loops, new EchoServer());
                IoServer other = new IoServer("127.0.0.1", 0, loops, new EchoServer())) {
            one.start();
            other.start();
            one.close();
            one.close();

            try (Socket socket = connect(other)) {
                socket.getOutputStream().write('x');
                assertThat(socket.getInputStream().read()).isEqualTo('x');
            }
        }
    }

    @Test
    void close_returns_after_all_connections_are_closed() throws Exception {
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        Recorder<Connection> app = new Recorder<>() {
            @Override
            public void onOpen(Connection conn) {
                calls.add("open");
            }

            @Override
            public void onClose(Connection conn) {
                calls.add("close");
            }
        };
        IoServer server = new IoServer(0, app);
        server.start();
        try (Socket one = connect(server);
                Socket two = connect(server)) {
            assertThat(calls.poll(20, SECONDS)).isEqualTo("open");
            assertThat(calls.poll(20, SECONDS)).isEqualTo("open");

            server.close();

            assertThat(calls).containsExactly("close", "close");
            assertThat(one.getInputStream().read()).isEqualTo(-1);
            assertThat(two.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void run_returns_when_another_thread_closes() throws Exception {
        CountDownLatch returned = new CountDownLatch(1);
        IoServer server = new IoServer(0, new EchoServer());
        server.start();
        ForkJoinPool.commonPool().execute(() -> {
            try {
                server.join();
                returned.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(returned.getCount()).isEqualTo(1);

        server.close();

        assertThat(returned.await(20, SECONDS)).isTrue();
    }

    @Test
    void half_closed_client_receives_pending_responses() throws Exception {
        try (IoServer server = new IoServer(0, new Lines(new EchoServer()))) {
            server.start();
            try (Socket socket = connect(server)) {
                socket.getOutputStream().write("one\ntwo".getBytes(UTF_8));
                socket.shutdownOutput();

                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                        .isEqualTo("one\ntwo\n");
            }
        }
    }

    @Test
    void slow_reader_is_closed_without_affecting_others() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        byte[] block = new byte[64 * 1024];
        Recorder<Connection> flooding = new Recorder<>() {
            @Override
            public void onMessage(Connection from, Message message) throws InterruptedException {
                if (message.text().equals("flood")) {
                    while (from.send(Message.binary(block))) {
                        SpinWait.once();
                    }
                } else {
                    from.send(message);
                }
            }

            @Override
            public void onClose(Connection conn) {
                closed.countDown();
            }
        };
        try (IoServer server = new IoServer("127.0.0.1", 0, EventLoops.single(), flooding)) {
            server.start();
            try (Socket stuck = connect(server);
                    Socket healthy = connect(server)) {
                stuck.getOutputStream().write("flood".getBytes(UTF_8));
                assertThat(closed.await(20, SECONDS)).isTrue();

                healthy.getOutputStream().write('x');
                assertThat(healthy.getInputStream().read()).isEqualTo('x');
            }
        }
    }
}

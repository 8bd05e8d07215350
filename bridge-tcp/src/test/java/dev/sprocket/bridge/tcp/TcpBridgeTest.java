package dev.sprocket.bridge.tcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.EventLoops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Disconnects of clients, over real sockets. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TcpBridgeTest {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final MessageComponent<Connection, Message> target = (from, message) -> {
        assertThat(message.isBinary()).isFalse();
        received.add(message.text());
        if (message.text().equals("fail")) {
            throw new IllegalStateException("target");
        }
    };
    private final TcpBridge bridge = TcpBridge.builder(target)
            .bind("127.0.0.1", 0)
            .loops(EventLoops.of(2))
            .build();

    @BeforeEach
    void start() throws IOException {
        bridge.start();
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(InetAddress.getByName("127.0.0.1"), ((InetSocketAddress) bridge.address()).getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Connects, writes and disconnects. */
    private void send(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(UTF_8));
        }
    }

    private List<String> take(int count) throws InterruptedException {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(received.poll(20, SECONDS));
        }
        return taken;
    }

    @Test
    void every_line_is_a_message() throws Exception {
        send("{\"a\":1}\n{\"b\":\"é\"}\r\n[3]\n");

        assertThat(take(3)).containsExactly("{\"a\":1}", "{\"b\":\"é\"}", "[3]");
    }

    @Test
    void disconnecting_clients_with_unterminated_lines_lose_nothing() throws Exception {
        List<String> sent =
                IntStream.range(0, 100).mapToObj(i -> "{\"n\":" + i + "}").toList();

        for (String json : sent) {
            send(json);
        }

        assertThat(take(100)).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(received).isEmpty();
    }

    @Test
    void two_thousand_short_connections_are_all_received() throws Exception {
        List<String> sent =
                IntStream.range(0, 2_000).mapToObj(i -> "{\"n\":" + i + "}").toList();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            List<String> own = sent.subList(i * 500, (i + 1) * 500);
            clients.add(new Thread(() -> own.forEach(json -> {
                try {
                    send(json);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            })));
        }
        clients.forEach(Thread::start);

        assertThat(take(2_000)).containsExactlyInAnyOrderElementsOf(sent);
        for (Thread client : clients) {
            client.join(20_000);
        }
        assertThat(received).isEmpty();
    }

    @Test
    void large_write_before_disconnect_loses_nothing() throws Exception {
        List<String> sent = IntStream.range(0, 20_000)
                .mapToObj(i -> "{\"number\":" + i + "}")
                .toList();

        send(String.join("\n", sent));

        assertThat(take(20_000)).isEqualTo(sent);
    }

    @Test
    void half_closed_client_sees_end_of_stream() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write("{}".getBytes(UTF_8));
            socket.shutdownOutput();

            assertThat(take(1)).containsExactly("{}");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void empty_lines_are_skipped() throws Exception {
        send("\n\r\n1\n\n\n2\n\n");
        send("3");

        assertThat(take(3)).containsExactlyInAnyOrder("1", "2", "3");
        assertThat(received).isEmpty();
    }

    @Test
    void silent_client_sends_no_message() throws Exception {
        send("");
        send("after");

        assertThat(take(1)).containsExactly("after");
        assertThat(received).isEmpty();
    }

    @Test
    void message_size_limit_is_1_MiB() throws Exception {
        String longest = "x".repeat(TcpBridge.DEFAULT_MAX_MESSAGE_SIZE);

        send(longest);
        assertThat(take(1)).containsExactly(longest);

        try (Socket socket = connect()) {
            socket.getOutputStream().write((longest + "x").getBytes(UTF_8));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException resetByBridge) {
            assertThat(received).isEmpty();
        }
        send("after");
        assertThat(take(1)).containsExactly("after");
    }

    @Test
    void failing_target_closes_only_that_connection() throws Exception {
        send("fail\nnever\n");
        assertThat(take(1)).containsExactly("fail");
        send("after");

        assertThat(take(1)).containsExactly("after");
        assertThat(received).isEmpty();
    }

    @Test
    void port_in_use_error_names_the_address() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                TcpBridge second = TcpBridge.builder(target)
                        .bind("127.0.0.1", other.getLocalPort())
                        .loops(EventLoops.single())
                        .build()) {
            assertThatIOException()
                    .isThrownBy(second::start)
                    .withMessageStartingWith("cannot listen on 127.0.0.1:" + other.getLocalPort());
        }
    }
}

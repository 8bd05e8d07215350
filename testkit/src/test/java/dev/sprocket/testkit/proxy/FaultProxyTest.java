package dev.sprocket.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.testkit.proxy.FaultProxy.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class FaultProxyTest {
    private static final int SHORT = 200;

    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private FaultProxy proxy;
    private Socket client;
    private Socket accepted;

    FaultProxyTest() throws IOException {}

    @BeforeEach
    void connect() throws IOException {
        proxy = FaultProxy.builder((InetSocketAddress) server.getLocalSocketAddress())
                .start();
        client = connected();
        accepted = server.accept();
    }

    private Socket connected() throws IOException {
        InetSocketAddress address = proxy.address();
        return new Socket(address.getAddress(), address.getPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        client.close();
        accepted.close();
        server.close();
    }

    private static void send(Socket from, int value) throws IOException {
        from.getOutputStream().write(value);
    }

    private static int receive(Socket at) throws IOException {
        at.setSoTimeout(0);
        return at.getInputStream().read();
    }

    private static void assertSilent(Socket at) throws IOException {
        at.setSoTimeout(SHORT);
        assertThatThrownBy(() -> at.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void forwards_both_directions() throws IOException {
        send(client, 1);
        assertThat(receive(accepted)).isEqualTo(1);
        send(accepted, 2);
        assertThat(receive(client)).isEqualTo(2);
        assertThat(proxy.connections()).isEqualTo(1);
    }

    @Test
    void closes_the_other_side() throws IOException {
        client.close();
        assertThat(receive(accepted)).isEqualTo(-1);
    }

    @Test
    void stalls_one_direction_until_it_is_healed() throws IOException {
        proxy.stall(Direction.TO_CLIENT);
        send(accepted, 1);
        send(accepted, 2);
        send(client, 3);
        assertThat(receive(accepted)).isEqualTo(3);
        assertSilent(client);
        proxy.heal();
        assertThat(receive(client)).isEqualTo(1);
        assertThat(receive(client)).isEqualTo(2);
    }

    @Test
    void stall_holds_new_connections() throws IOException {
        proxy.stall(Direction.TO_CLIENT);
        try (Socket second = connected();
                Socket atServer = server.accept()) {
            send(atServer, 1);
            assertSilent(second);
            proxy.heal();
            assertThat(receive(second)).isEqualTo(1);
        }
    }

    @Test
    void cut_resets_open_and_new_connections() throws IOException {
        proxy.cut();
        assertThatThrownBy(() -> receive(client)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> {
                    try (Socket refused = connected()) {
                        receive(refused);
                    }
                })
                .isInstanceOf(IOException.class);
        proxy.heal();
        try (Socket again = connected();
                Socket atServer = server.accept()) {
            send(again, 4);
            assertThat(receive(atServer)).isEqualTo(4);
        }
    }

    @Test
    void delays_and_keeps_the_order_when_healed() throws IOException {
        proxy.delay(Duration.ofMillis(SHORT));
        long before = System.nanoTime();
        send(client, 1);
        assertThat(receive(accepted)).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(SHORT));
        send(client, 2);
        proxy.heal();
        send(client, 3);
        assertThat(receive(accepted)).isEqualTo(2);
        assertThat(receive(accepted)).isEqualTo(3);
    }

    /** Bytes before and after the end of a delay are due at the same time. */
    @Test
    void keeps_the_order_however_often_a_delay_ends() throws IOException {
        for (int i = 0; i < 100; i += 4) {
            proxy.delay(Duration.ofMillis(2));
            send(client, i);
            send(client, i + 1);
            proxy.heal();
            send(client, i + 2);
            send(client, i + 3);
            for (int next = i; next < i + 4; next++) {
                assertThat(receive(accepted)).isEqualTo(next);
            }
        }
    }

    @Test
    void throttles_to_a_rate() throws IOException {
        proxy.throttle(10);
        long before = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            send(client, i);
            assertThat(receive(accepted)).isEqualTo(i);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(SHORT));
    }

    @Test
    void loses_connections() throws IOException {
        proxy.loseConnections(1);
        assertThatThrownBy(() -> receive(client)).isInstanceOf(IOException.class);
    }
}

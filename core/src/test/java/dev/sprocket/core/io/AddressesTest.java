package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Client;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.net.AddressText;
import dev.sprocket.leaktest.LogLines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AddressesTest {
    private static final EchoServer ECHO = new EchoServer();

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = listen()) {
            return socket.getLocalPort();
        }
    }

    @Test
    void one_server_listens_on_several_addresses() throws Exception {
        try (IoServer server = IoServer.builder(ECHO)
                .bind(0)
                .bind("127.0.0.1", 0)
                .loops(EventLoops.single())
                .build()) {
            server.start();

            assertThat(server.addresses()).hasSize(2).doesNotHaveDuplicates();
            assertThat(server.address()).isEqualTo(server.addresses().get(0));
            assertThat(server.port()).isEqualTo(((InetSocketAddress) server.address()).getPort());
            for (SocketAddress address : server.addresses()) {
                try (Client client = Client.connect(address)) {
                    assertThat(client.send("hello").read(5)).isEqualTo("hello");
                }
            }
        }
    }

    @Test
    void address_in_use_message_is_equal_on_every_transport() throws Exception {
        try (ServerSocket other = listen()) {
            int port = other.getLocalPort();
            for (Transport transport : Transport.values()) {
                IoServer server = new IoServer("127.0.0.1", port, EventLoops.on(transport), ECHO);
                if (transport.isAvailable()) {
                    assertThatThrownBy(server::start)
                            .isInstanceOf(IOException.class)
                            .hasMessage("cannot listen on 127.0.0.1:" + port + ": Address already in use");
                }
            }
        }
    }

    @Test
    void closes_first_address_if_second_fails() throws Exception {
        int first = freePort();
        try (ServerSocket other = listen()) {
            IoServer server = IoServer.builder(ECHO)
                    .bind(first)
                    .bind("127.0.0.1", other.getLocalPort())
                    .build();

            assertThatThrownBy(server::start)
                    .hasMessage("cannot listen on 127.0.0.1:" + other.getLocalPort() + ": Address already in use");

            assertThatThrownBy(() -> Client.connect(new InetSocketAddress("127.0.0.1", first)))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(server::address).hasMessage("not started");
        }
    }

    @Test
    void start_can_be_retried_after_failure() throws Exception {
        IoServer server;
        try (ServerSocket other = listen()) {
            server = new IoServer(other.getLocalPort(), ECHO);
            assertThatThrownBy(server::start).isInstanceOf(IOException.class);
        }
        server.start();
        try (server;
                Client client = Client.connect(server.address())) {
            assertThat(client.send("x").read(1)).isEqualTo("x");
        }
    }

    @Test
    void unknown_host_is_named_in_the_error() {
        IoServer server = new IoServer("no-such-host.invalid", 8080, ECHO);
        assertThatThrownBy(server::start).hasMessage("cannot listen on no-such-host.invalid:8080: unknown host");
    }

    @Test
    void builder_rejects_invalid_values() {
        IoServer.Builder builder = IoServer.builder(ECHO);
        assertThatThrownBy(builder::build).hasMessage("no listen address (expected: bind before build)");
        assertThatThrownBy(() -> builder.bind(70000)).hasMessage("port: 70000 (expected: 0-65535)");
        assertThatThrownBy(() -> builder.backlog(0)).hasMessage("backlog: 0 (expected: >= 1)");
        assertThatThrownBy(() -> builder.outboundLimit(0)).hasMessage("outbound limit: 0 (expected: >= 1)");
    }

    @Test
    void ipv4_wildcard_does_not_accept_ipv6() throws Exception {
        for (Transport transport : new Transport[] {Transport.EPOLL, Transport.NIO}) {
            if (!transport.isAvailable()) {
                continue;
            }
            try (IoServer server = IoServer.builder(ECHO)
                    .bind("0.0.0.0", 0)
                    .loops(EventLoops.on(transport))
                    .build()) {
                server.start();
                assertThat(AddressText.of(server.address())).isEqualTo("0.0.0.0:" + server.port());
                try (Client client = Client.connect(new InetSocketAddress("127.0.0.1", server.port()))) {
                    assertThat(client.send("x").read(1)).isEqualTo("x");
                }
                assertThatThrownBy(() -> Client.connect(new InetSocketAddress("::1", server.port())))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void ipv4_and_ipv6_wildcards_share_a_port() throws Exception {
        for (Transport transport : Transport.values()) {
            if (!transport.isAvailable()) {
                continue;
            }
            int port = freePort();
            try (IoServer server = IoServer.builder(ECHO)
                    .bind("::", port)
                    .bind("0.0.0.0", port)
                    .loops(EventLoops.on(transport))
                    .build()) {
                server.start();
                for (String host : new String[] {"127.0.0.1", "::1"}) {
                    try (Client client = Client.connect(new InetSocketAddress(host, port))) {
                        assertThat(client.send("x").read(1)).isEqualTo("x");
                    }
                }
                assertThat(server.addresses().stream().map(AddressText::of))
                        .contains("[::]:" + port)
                        .hasSize(transport.separatesFamilies() ? 2 : 1);
            }
        }
    }

    @Test
    void servers_share_a_port_with_separate_families() throws Exception {
        Assumptions.assumeTrue(Transport.EPOLL.isAvailable(), "epoll is not available on this machine");
        try (IoServer ipv4 = new IoServer("0.0.0.0", 0, EventLoops.on(Transport.EPOLL), ECHO)) {
            ipv4.start();
            try (IoServer ipv6 = IoServer.builder(ECHO)
                    .bind("::", ipv4.port())
                    .ipv6Only()
                    .loops(EventLoops.on(Transport.EPOLL))
                    .build()) {
                ipv6.start();
                assertThat(AddressText.of(ipv6.address())).isEqualTo("[::]:" + ipv4.port());
            }
        }
        IoServer nio = IoServer.builder(ECHO)
                .bind("::", 0)
                .ipv6Only()
                .loops(EventLoops.on(Transport.NIO))
                .build();
        assertThatThrownBy(nio::start)
                .hasMessage("cannot listen on [::]:0: IPv6-only sockets are not supported by nio (expected: epoll)");
    }

    @Test
    void ipv6_address_is_formatted_in_brackets() {
        assertThat(new TcpAddress("::1", 80)).hasToString("[::1]:80");
        assertThat(AddressText.of(new InetSocketAddress("::1", 80))).isEqualTo("[::1]:80");
        assertThat(AddressText.of(new InetSocketAddress("127.0.0.1", 80))).isEqualTo("127.0.0.1:80");
    }

    @Test
    void outbound_limit_of_builder_closes_slow_reader() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        MessageComponent<Connection, Message> flood = new MessageComponent<>() {
            @Override
            public void onMessage(Connection from, Message message) {
                while (from.send("x".repeat(1000))) {
                    // until the limit closes the connection
                }
            }

            @Override
            public void onClose(Connection gone) {
                closed.countDown();
            }
        };
        try (LogLines log = LogLines.record(PeerLog::flush);
                IoServer server =
                        IoServer.builder(flood).bind(0).outboundLimit(2000).build()) {
            server.start();
            try (Client client = Client.connect(server.address())) {
                // the client does not read
                client.send("go");
                assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(log.containing("limitBytes=2000")).hasSize(1);
        }
    }
}

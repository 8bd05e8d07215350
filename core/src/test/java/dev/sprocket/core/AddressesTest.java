package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    private static ServerSocket taken() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = taken()) {
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
                try (Client client = Client.to(address)) {
                    assertThat(client.send("hello").read(5)).isEqualTo("hello");
                }
            }
        }
    }

    @Test
    void an_address_in_use_is_named_in_the_same_words_on_every_transport() throws Exception {
        try (ServerSocket other = taken()) {
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
    void when_the_second_address_fails_the_first_is_closed_again() throws Exception {
        int first = freePort();
        try (ServerSocket other = taken()) {
            IoServer server = IoServer.builder(ECHO)
                    .bind(first)
                    .bind("127.0.0.1", other.getLocalPort())
                    .build();

            assertThatThrownBy(server::start)
                    .hasMessage("cannot listen on 127.0.0.1:" + other.getLocalPort() + ": Address already in use");

            assertThatThrownBy(() -> Client.to(new InetSocketAddress("127.0.0.1", first)))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(server::address).hasMessage("not started");
        }
    }

    @Test
    void a_start_that_failed_can_be_tried_again() throws Exception {
        IoServer server;
        try (ServerSocket other = taken()) {
            server = new IoServer(other.getLocalPort(), ECHO);
            assertThatThrownBy(server::start).isInstanceOf(IOException.class);
        }
        server.start();
        try (server;
                Client client = Client.to(server.address())) {
            assertThat(client.send("x").read(1)).isEqualTo("x");
        }
    }

    @Test
    void an_unknown_host_is_named() {
        IoServer server = new IoServer("no-such-host.invalid", 8080, ECHO);
        assertThatThrownBy(server::start).hasMessage("cannot listen on no-such-host.invalid:8080: unknown host");
    }

    @Test
    void what_makes_no_sense_is_refused_before_the_start() {
        IoServerBuilder builder = IoServer.builder(ECHO);
        assertThatThrownBy(builder::build).hasMessage("no listen address (expected: bind before build)");
        assertThatThrownBy(() -> builder.bind(70000)).hasMessage("port: 70000 (expected: 0-65535)");
        assertThatThrownBy(() -> builder.backlog(0)).hasMessage("backlog: 0 (expected: >= 1)");
        assertThatThrownBy(() -> builder.outboundLimit(0)).hasMessage("outbound limit: 0 (expected: >= 1)");
    }

    @Test
    void all_of_ipv4_leaves_ipv6_alone() throws Exception {
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
                try (Client client = Client.to(new InetSocketAddress("127.0.0.1", server.port()))) {
                    assertThat(client.send("x").read(1)).isEqualTo("x");
                }
                assertThatThrownBy(() -> Client.to(new InetSocketAddress("::1", server.port())))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void both_wildcards_share_a_port() throws Exception {
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
                    try (Client client = Client.to(new InetSocketAddress(host, port))) {
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
    void two_servers_share_a_port_by_family() throws Exception {
        Assumptions.assumeTrue(Transport.EPOLL.isAvailable(), "epoll does not work on this machine");
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
    void an_ipv6_address_stands_in_brackets() {
        assertThat(new TcpAddress("::1", 80)).hasToString("[::1]:80");
        assertThat(AddressText.of(new InetSocketAddress("::1", 80))).isEqualTo("[::1]:80");
        assertThat(AddressText.of(new InetSocketAddress("127.0.0.1", 80))).isEqualTo("127.0.0.1:80");
    }

    @Test
    void the_outbound_limit_of_the_builder_holds() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        MessageComponent<Connection, Message> flood = new MessageComponent<>() {
            @Override
            public void onMessage(Connection from, Message message) {
                while (from.send("x".repeat(1000))) {
                    // until the limit closes it
                }
            }

            @Override
            public void onClose(Connection gone) {
                closed.countDown();
            }
        };
        try (LogLines log = LogLines.record();
                IoServer server =
                        IoServer.builder(flood).bind(0).outboundLimit(2000).build()) {
            server.start();
            try (Client client = Client.to(server.address())) {
                // reads nothing
                client.send("go");
                assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(log.with("limit=2000")).hasSize(1);
        }
    }
}

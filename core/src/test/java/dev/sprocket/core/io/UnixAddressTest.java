package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sprocket.core.Client;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.text.Lines;
import dev.sprocket.leaktest.LogLines;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@EnabledOnOs({OS.LINUX, OS.MAC})
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class UnixAddressTest {
    private static final MessageComponent<Connection, Message> DESCRIBE_ADDRESSES =
            (from, line) -> from.send(from + " " + from.remoteAddress() + " " + from.localAddress());

    @TempDir
    Path folder;

    private IoServer server(Transport transport, MessageComponent<? super Connection, ? super Message> app) {
        return IoServer.builder(app)
                .unix(folder.resolve("x.sock"))
                .loops(EventLoops.on(transport))
                .build();
    }

    private IoServer server() {
        return server(Transport.NIO, new EchoServer());
    }

    private static void assumeAvailable(Transport transport) {
        assumeThat(transport.isAvailable())
                .as(transport + " is not available on this machine")
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void exchanges_lines_on_every_transport(Transport transport) throws Exception {
        assumeAvailable(transport);
        Path path = folder.resolve("x.sock");
        try (IoServer server = server(transport, new Lines(DESCRIBE_ADDRESSES))) {
            server.start();
            assertThat(server.address()).isEqualTo(UnixDomainSocketAddress.of(path));
            assertThatThrownBy(server::port).hasMessage("no port (listens on [unix:" + path + "])");
            try (Client one = Client.connect(server.address());
                    Client two = Client.connect(server.address())) {
                String first = one.send("?\n").readLine();
                String second = two.send("?\n").readLine();

                assertThat(first).matches("unix:" + path + "#[0-9a-f]{8} " + path + " " + path);
                assertThat(second).isNotEqualTo(first);
            }
        }
        assertThat(path).doesNotExist();
    }

    /** Netty's io_uring and NIO close such a connection. There only TCP supports half-closure (ADR 18). */
    @Test
    void half_closed_client_receives_responses_on_epoll() throws Exception {
        assumeAvailable(Transport.EPOLL);
        try (IoServer server = server(Transport.EPOLL, new Lines(new EchoServer()))) {
            server.start();
            try (var channel = java.nio.channels.SocketChannel.open(server.address())) {
                channel.write(java.nio.ByteBuffer.wrap("one\ntwo".getBytes(StandardCharsets.UTF_8)));
                channel.shutdownOutput();

                assertThat(new String(
                                java.nio.channels.Channels.newInputStream(channel)
                                        .readAllBytes(),
                                StandardCharsets.UTF_8))
                        .isEqualTo("one\ntwo\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void socket_of_a_running_server_is_not_replaced(Transport transport) throws Exception {
        assumeAvailable(transport);
        try (IoServer first = server()) {
            first.start();
            IoServer second = server(transport, new EchoServer());

            assertThatThrownBy(second::start)
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on unix:" + folder.resolve("x.sock") + ": Address already in use");

            try (Client client = Client.connect(first.address())) {
                assertThat(client.send("x").read(1)).isEqualTo("x");
            }
        }
    }

    @Test
    void stale_socket_file_is_replaced() throws Exception {
        Path path = folder.resolve("x.sock");
        try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        try (LogLines log = LogLines.record(PeerLog::flush);
                IoServer server = server()) {
            server.start();
            assertThat(log.containing("stale socket file removed: path=" + path))
                    .hasSize(1);
            try (Client client = Client.connect(server.address())) {
                assertThat(client.send("x").read(1)).isEqualTo("x");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void other_file_is_not_replaced(Transport transport) throws Exception {
        assumeAvailable(transport);
        Path path = Files.writeString(folder.resolve("x.sock"), "precious");

        assertThatThrownBy(server(transport, new EchoServer())::start)
                .hasMessage("cannot listen on unix:" + path + ": the existing file is not a socket");
        assertThat(path).hasContent("precious");
    }

    @ParameterizedTest
    @EnumSource
    void missing_directory_error_uses_system_message(Transport transport) throws Exception {
        assumeAvailable(transport);
        Path path = folder.resolve("missing").resolve("x.sock");
        IoServer server = IoServer.builder(new EchoServer())
                .unix(path)
                .loops(EventLoops.on(transport))
                .build();

        assertThatThrownBy(server::start).hasMessage("cannot listen on unix:" + path + ": No such file or directory");
    }

    @Test
    void sets_file_permissions() throws Exception {
        Path path = folder.resolve("x.sock");
        try (IoServer server =
                IoServer.builder(new EchoServer()).unix(path, "rw-rw----").build()) {
            server.start();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-rw----");
        }
    }

    @ParameterizedTest
    @EnumSource
    void sets_permissions_on_every_transport(Transport transport) throws Exception {
        assumeAvailable(transport);
        Path path = folder.resolve("x.sock");
        try (IoServer server = IoServer.builder(new Lines(DESCRIBE_ADDRESSES))
                .unix(path, "rw--w----")
                .loops(EventLoops.on(transport))
                .build()) {
            server.start();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw--w----");
            assertThat(server.address()).isEqualTo(UnixDomainSocketAddress.of(path));
            assertThat(folder.toFile().list()).containsExactly("x.sock");
            try (Client client = Client.connect(server.address())) {
                assertThat(client.send("?\n").readLine()).matches("unix:" + path + "#[0-9a-f]{8} " + path + " " + path);
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void socket_with_permissions_is_created_in_private_directory() throws Exception {
        Path path = folder.resolve("x.sock");
        try (IoServer server =
                IoServer.builder(new EchoServer()).unix(path, "rw-rw----").build()) {
            server.start();
            try (var client = java.nio.channels.SocketChannel.open(server.address())) {
                // the kernel still returns the path to which it was bound
                assertThat(((UnixDomainSocketAddress) client.getRemoteAddress()).getPath())
                        .satisfiesAnyOf(
                                peer -> assertThat(peer.getFileName()).hasToString("s"),
                                peer -> assertThat(peer).isEqualTo(path));
            }
        }
    }

    @Test
    void failed_start_with_permissions_leaves_no_files() throws Exception {
        Path missing = folder.resolve("missing").resolve("x.sock");
        IoServer server =
                IoServer.builder(new EchoServer()).unix(missing, "rw-rw----").build();

        assertThatThrownBy(server::start).hasMessageStartingWith("cannot listen on unix:" + missing + ": ");

        try (IoServer other = new IoServer(0, new EchoServer())) {
            other.start();
            IoServer second = IoServer.builder(new EchoServer())
                    .unix(folder.resolve("x.sock"), "rw-rw----")
                    .bind(other.port())
                    .build();
            assertThatThrownBy(second::start).isInstanceOf(IOException.class);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void checks_directory_length_with_permissions() {
        Path path = Path.of("/tmp/" + "x".repeat(94) + "/a.s");

        assertThatThrownBy(() -> IoServer.builder(new EchoServer()).unix(path, "rw-rw----"))
                .hasMessage("unix:" + path + ": directory of 99 bytes (expected: <= 97 with permissions)");
    }

    @Test
    void one_server_serves_port_and_socket_file() throws Exception {
        try (IoServer server = IoServer.builder(new EchoServer())
                .unix(folder.resolve("x.sock"))
                .bind(0)
                .build()) {
            server.start();
            assertThat(server.port()).isPositive();
            for (var address : server.addresses()) {
                try (Client client = Client.connect(address)) {
                    assertThat(client.send("x").read(1)).isEqualTo("x");
                }
            }
            server.close(Duration.ofSeconds(5));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void failed_start_leaves_no_file() throws Exception {
        try (IoServer other = new IoServer(0, new EchoServer())) {
            other.start();
            IoServer server = IoServer.builder(new EchoServer())
                    .unix(folder.resolve("x.sock"))
                    .bind(other.port())
                    .build();
            assertThatThrownBy(server::start).isInstanceOf(IOException.class);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void rejects_path_that_is_too_long() {
        Path path = Path.of("/tmp/" + "x".repeat(110));
        assertThatThrownBy(() -> IoServer.builder(new EchoServer()).unix(path))
                .hasMessage("unix:" + path + ": 115 bytes (expected: <= 107)");
    }

    @Test
    void unix_socket_peer_may_send_proxy_header() throws Exception {
        try (IoServer server = IoServer.builder(new Lines((from, line) -> from.send(from.toString())))
                .unix(folder.resolve("x.sock"))
                .requireProxyProtocol("10.0.0.0/8")
                .build()) {
            server.start();
            try (Client client = Client.connect(server.address())) {
                assertThat(client.send("PROXY TCP4 203.0.113.9 192.0.2.1 5555 80\r\n?\n")
                                .readLine())
                        .isEqualTo("203.0.113.9:5555");
            }
        }
    }
}

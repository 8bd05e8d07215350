package dev.sprocket.core.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Client;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.net.AddressText;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.text.Lines;
import dev.sprocket.core.tls.TestCertificate;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.leaktest.LogLines;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProxyProtocolTest {
    private static final ProxyProtocol REQUIRED = ProxyProtocol.required("10.0.0.0/8");
    private static final ProxyProtocol OPTIONAL = ProxyProtocol.optional("10.0.0.0/8");
    private static final String V2 = "0d0a0d0a000d0a515549540a";

    private LogLines log;
    private EmbeddedChannel channel;
    private final Recorder<Connection> app = new Recorder<>() {
        @Override
        public void onOpen(Connection conn) {
            add("open " + conn + " " + conn.remoteAddress() + " "
                    + IoServer.proxyAddress(conn).map(AddressText::of).orElse("direct"));
        }
    };

    @BeforeEach
    void record() {
        log = LogLines.record(PeerLog::flush);
    }

    @AfterEach
    void close() {
        log.close();
        if (channel != null) {
            channel.finishAndReleaseAll();
        }
    }

    private void connect(String from, ProxyProtocol proxy) {
        channel = new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress(from, 4711);
            }
        };
        channel.freezeTime();
        ConnectionInitializer.attach(
                channel, app, new IoOptions(OutboundLimit.DEFAULT, null, proxy, List.of()), new DropCounter());
        channel.runPendingTasks();
    }

    private void send(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
        channel.runPendingTasks();
    }

    private void sendHex(String hex) {
        channel.writeInbound(Unpooled.copiedBuffer(HexFormat.of().parseHex(hex)));
        channel.runPendingTasks();
    }

    @Test
    void version_1_header_sets_the_remote_address() {
        connect("10.0.0.1", REQUIRED);
        assertThat(app.calls()).isEmpty();

        send("PROXY TCP4 203.0.113.9 192.0.2.1 5555 80\r\nhello");

        assertThat(app.calls()).containsExactly("open 203.0.113.9:5555 /203.0.113.9:5555 10.0.0.1:4711", "hello");
        send("more");
        assertThat(app.calls()).endsWith("more");
    }

    @Test
    void version_2_header_sets_the_remote_address() {
        connect("10.0.0.1", REQUIRED);

        sendHex(V2 + "2111000c" + "cb007109" + "c0000201" + "15b3" + "0050" + "6869");

        assertThat(app.calls()).containsExactly("open 203.0.113.9:5555 /203.0.113.9:5555 10.0.0.1:4711", "hi");
    }

    @Test
    void version_2_header_supports_ipv6_and_tlv() {
        connect("10.0.0.1", REQUIRED);
        String noop = "040003" + "616263";

        sendHex(V2 + "2121002a" + "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + "15b3"
                + "01bb" + noop);

        assertThat(app.calls()).singleElement().asString().startsWith("open [2001:db8::1]:5555 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {V2 + "20000000", "50524f585920554e4b4e4f574e0d0a"})
    void local_header_keeps_the_proxy_address(String local) {
        connect("10.0.0.1", REQUIRED);

        sendHex(local + "78");

        assertThat(app.calls()).containsExactly("open 10.0.0.1:4711 /10.0.0.1:4711 direct", "x");
    }

    @Test
    void header_may_arrive_byte_by_byte() {
        connect("10.0.0.1", OPTIONAL);
        for (char c : "PROXY TCP6 2001:db8::1 2001:db8::2 5555 80\r\n".toCharArray()) {
            assertThat(app.calls()).isEmpty();
            send(String.valueOf(c));
        }
        assertThat(app.calls()).singleElement().asString().startsWith("open [2001:db8::1]:5555 ");
    }

    @Test
    void data_after_header_is_delivered_once() {
        connect("10.0.0.1", OPTIONAL);

        send("PROXY TCP4 203.0.113.9 192.0.2.1 5555 80\r\nPROXY TCP4 1.1.1.1 192.0.2.1 5555 80\r\n");

        assertThat(app.calls())
                .hasSize(2)
                .endsWith("PROXY TCP4 1.1.1.1 192.0.2.1 5555 80\r\n")
                .first()
                .asString()
                .startsWith("open 203.0.113.9:5555 ");
    }

    @Test
    void optional_header_does_not_delay_short_first_message() {
        connect("10.0.0.1", OPTIONAL);

        send("P");
        assertThat(app.calls()).isEmpty();
        send("O");

        assertThat(app.calls()).containsExactly("open 10.0.0.1:4711 /10.0.0.1:4711 direct", "PO");
    }

    @Test
    void header_of_untrusted_address_is_data() {
        connect("203.0.113.7", OPTIONAL);
        assertThat(app.calls()).containsExactly("open 203.0.113.7:4711 /203.0.113.7:4711 direct");

        send("PROXY TCP4 10.0.0.9 192.0.2.1 5555 80\r\n");

        assertThat(app.calls()).endsWith("PROXY TCP4 10.0.0.9 192.0.2.1 5555 80\r\n");
    }

    private void assertClosed(String reason) {
        assertThat(channel.isOpen()).isFalse();
        assertThat(app.calls()).isEmpty();
        assertThat(log.lines()).singleElement().asString().isEqualTo(reason);
    }

    @Test
    void required_header_rejects_untrusted_address() {
        connect("203.0.113.7", REQUIRED);

        assertClosed(
                "connection closed: peer=203.0.113.7:4711 reason=\"not a trusted proxy (expected: [10.0.0.0/8])\"");
    }

    @Test
    void required_header_rejects_other_data() {
        connect("10.0.0.1", REQUIRED);
        send("GET / HTTP/1.1\r\n\r\n");

        assertClosed("connection closed: peer=10.0.0.1:4711 reason=\"PROXY header: \\\"GET / HTTP/1\\\""
                + " (expected: version 1 or 2 of the PROXY protocol)\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 300.0.113.9 192.0.2.1 5555 80\r\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 5555\r\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 66666 80\r\n",
                "PROXY TCP9 203.0.113.9 192.0.2.1 5555 80\r\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 5555 80 and something that makes it too long for a line of this"
                        + " protocol, which has 107 bytes",
                "\r\n\r\n\0\r\nQUIT\n\u0031\u0011\0\u000c123456789012",
                "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u00041234",
                "\r\n\r\n\0\r\nQUIT\n\u0021\u0099\0\u000c123456789012",
            })
    void malformed_header_closes_with_one_log_line(String malformed) {
        connect("10.0.0.1", OPTIONAL);
        send(malformed + "GET / HTTP/1.1\r\n\r\n");

        assertThat(channel.isOpen()).isFalse();
        assertThat(app.calls()).isEmpty();
        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("connection closed: peer=10.0.0.1:4711 reason=\"PROXY header: ")
                .doesNotContain("\n", "(+ trace)");
    }

    @Test
    void incomplete_header_closes_after_ten_seconds() {
        connect("10.0.0.1", REQUIRED);
        send("PROXY TCP4 ");
        channel.advanceTimeBy(9, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();

        channel.advanceTimeBy(1500, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();

        assertClosed("connection closed: peer=10.0.0.1:4711 reason=\"no PROXY header within 10000 ms\"");
    }

    @Test
    void no_timeout_after_the_header() {
        connect("10.0.0.1", REQUIRED);
        send("PROXY UNKNOWN\r\n");
        channel.advanceTimeBy(60, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isTrue();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void shutdown_does_not_wait_for_the_header() {
        connect("10.0.0.1", REQUIRED);
        channel.pipeline().fireUserEventTriggered(new CloseRequest(CloseReason.SHUTDOWN));

        assertThat(channel.isOpen()).isFalse();
        assertThat(app.calls()).isEmpty();
    }

    @Test
    void header_precedes_the_tls_handshake(@TempDir Path folder) throws Exception {
        TestCertificate one = TestCertificate.named("one");
        try (IoServer server = IoServer.builder(new Lines((from, line) ->
                        from.send(from.remoteAddress() + " " + Tls.session(from).isPresent())))
                .bind(0)
                .tls(one.tls(folder))
                .requireProxyProtocol("127.0.0.1")
                .build()) {
            server.start();
            Socket socket = new Socket();
            socket.connect(server.address(), 10_000);
            socket.getOutputStream().write("PROXY TCP4 203.0.113.9 192.0.2.1 5555 80\r\n".getBytes(ISO_8859_1));
            try (Client client = Client.of(one.over(socket, null))) {
                assertThat(client.send("?\n").readLine()).isEqualTo("/203.0.113.9:5555 true");
            }
        }
    }

    @Test
    void requires_trusted_addresses() {
        assertThatThrownBy(ProxyProtocol::required)
                .hasMessage("trusted proxies: none (expected: address ranges such as 10.0.0.0/8)");
        assertThatThrownBy(() -> ProxyProtocol.optional("lb.example.com")).hasMessageContaining("lb.example.com");
        assertThat(REQUIRED).hasToString("PROXY protocol, required, from [10.0.0.0/8]");
    }

    @Test
    void accepts_unix_as_a_trusted_proxy() {
        assertThat(ProxyProtocol.required("unix").trusts(UnixDomainSocketAddress.of("/run/site.sock")))
                .isTrue();
    }
}

package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Client;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.ProtocolLayer;
import dev.sprocket.core.text.Lines;
import dev.sprocket.core.tls.TestCertificate;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.leaktest.LogLines;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@ParameterizedClass
@EnumSource(
        value = Tls.Provider.class,
        names = {"JDK", "OPENSSL"})
class TlsTest {
    private static final byte[] FIRST_BYTE = {1};

    /** Answers each line with the TLS attributes of the connection. */
    private static final MessageComponent<Connection, Message> DESCRIBE_TLS =
            (from, line) -> from.send(Tls.applicationProtocol(from).orElse("-")
                    + " "
                    + Tls.session(from).map(session -> session.getProtocol()).orElse("-") + " "
                    + Tls.peerCertificate(from)
                            .map(own -> own.getSubjectX500Principal().getName())
                            .orElse("-"));

    @Parameter
    Tls.Provider provider;

    @TempDir
    Path folder;

    private final TestCertificate one = TestCertificate.named("one");
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void requireProvider() {
        TestCertificate.requireProvider(provider);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private IoServer serve(Tls tls, MessageComponent<? super Connection, ? super Message> app) throws IOException {
        IoServer server =
                IoServer.builder(app).bind(0).loops(EventLoops.of(2)).tls(tls).build();
        opened.add(server);
        server.start();
        return server;
    }

    @CanIgnoreReturnValue
    private SSLSocket connect(IoServer server, TestCertificate own) throws Exception {
        SSLSocket socket = one.connect(server.address(), own);
        opened.add(0, socket);
        return socket;
    }

    @CanIgnoreReturnValue
    private SSLSocket connect(IoServer server) throws Exception {
        return connect(server, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void echoes_bytes_over_tls(String version) throws Exception {
        IoServer server = serve(one.tls(folder, provider), new EchoServer());
        SSLSocket socket = connect(server);
        socket.setEnabledProtocols(new String[] {version});
        String large = "0123456789".repeat(30_000);

        assertThat(Client.of(socket).send("hello").read(5)).isEqualTo("hello");
        assertThat(Client.of(socket).send(large).read(large.length())).isEqualTo(large);
        assertThat(socket.getSession().getProtocol()).isEqualTo(version);
    }

    @Test
    void only_version_is_set_without_alpn_and_certificate() throws Exception {
        IoServer server = serve(one.tls(folder, provider), new Lines(DESCRIBE_TLS));

        assertThat(Client.of(connect(server)).send("?\n").readLine()).isEqualTo("- TLSv1.3 -");
    }

    @Test
    void plain_socket_has_no_tls_attributes() throws Exception {
        try (IoServer server = new IoServer(0, new Lines(DESCRIBE_TLS))) {
            server.start();
            try (Client client = Client.connect(server.address())) {
                assertThat(client.send("?\n").readLine()).isEqualTo("- - -");
            }
        }
    }

    /** Stack that supports two application protocols. */
    private static final class TwoProtocols extends ProtocolLayer<Connection> {
        private final Lines lines = new Lines(DESCRIBE_TLS);

        @Override
        public List<String> applicationProtocols() {
            return List.of("h2", "http/1.1");
        }

        @Override
        public void onOpen(Connection conn) throws Exception {
            lines.onOpen(conn);
        }

        @Override
        protected void install(Connection conn, LayerContext context) {
            throw new IllegalStateException("installed by the lines");
        }
    }

    private static SSLSocket withAlpn(SSLSocket socket, String... protocols) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }

    @Test
    void negotiates_application_protocol_of_the_stack() throws Exception {
        IoServer server = serve(one.tls(folder, provider), new TwoProtocols());

        assertThat(Client.of(withAlpn(connect(server), "http/1.1", "h2"))
                        .send("?\n")
                        .readLine())
                .isEqualTo("h2 TLSv1.3 -");
        assertThat(Client.of(withAlpn(connect(server), "http/1.1")).send("?\n").readLine())
                .isEqualTo("http/1.1 TLSv1.3 -");
        assertThat(Client.of(connect(server)).send("?\n").readLine()).isEqualTo("- TLSv1.3 -");
    }

    @Test
    void builder_protocols_override_those_of_the_stack() throws Exception {
        Tls tls = one.builder(folder, provider).protocols("http/1.1").build();
        IoServer server = serve(tls, new TwoProtocols());

        assertThat(Client.of(withAlpn(connect(server), "h2", "http/1.1"))
                        .send("?\n")
                        .readLine())
                .isEqualTo("http/1.1 TLSv1.3 -");
    }

    @Test
    void client_without_common_protocol_is_rejected_and_logged() throws Exception {
        IoServer server = serve(one.tls(folder, provider), new TwoProtocols());
        SSLSocket socket = withAlpn(connect(server), "spdy/3");
        try (LogLines log = LogLines.record(PeerLog::flush)) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
            server.close();
            assertThat(log.lines()).singleElement().asString().contains(" reason=\"TLS handshake failed: ");
        }
    }

    @Test
    void plain_http_is_rejected_with_one_log_line() throws Exception {
        IoServer server = serve(one.tls(folder, provider), new EchoServer());
        try (LogLines log = LogLines.record(PeerLog::flush);
                Client client = Client.connect(server.address())) {
            assertThat(client.send("GET / HTTP/1.1\r\n\r\n").readToEnd())
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .endsWith("(expected: https:// or wss://)\n");
            server.close();
            assertThat(log.lines()).singleElement().asString().endsWith(" received=\"HTTP request\" (expected: TLS)");
        }
    }

    @Test
    void other_data_is_rejected_as_not_tls() throws Exception {
        IoServer server = serve(one.tls(folder, provider), new EchoServer());
        try (LogLines log = LogLines.record(PeerLog::flush);
                Client client = Client.connect(server.address())) {
            client.send("{\"a\":1}\r\n").readToEnd();
            server.close();
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .endsWith(" reason=\"TLS handshake failed: not TLS (expected: https:// or wss://)\"");
        }
    }

    @Test
    void missing_required_client_certificate_is_rejected_and_logged() throws Exception {
        TestCertificate client = TestCertificate.named("client");
        Tls tls = one.builder(folder, provider)
                .clientCertificates(client.writeChain(folder.resolve("clients.pem")))
                .build();
        IoServer server = serve(tls, new Lines(DESCRIBE_TLS));

        try (LogLines log = LogLines.record(PeerLog::flush)) {
            SSLSocket none = connect(server);
            assertThatThrownBy(() -> Client.of(none).send("?\n").readLine()).isInstanceOf(IOException.class);
            assertThat(Client.of(connect(server, client)).send("?\n").readLine())
                    .isEqualTo("- TLSv1.3 CN=client");
            SSLSocket untrusted = connect(server, TestCertificate.named("two"));
            assertThatThrownBy(() -> Client.of(untrusted).send("?\n").readLine())
                    .isInstanceOf(IOException.class);
            server.close();
            PeerLog.flush();
            assertThat(log.lines())
                    .hasSize(2)
                    .allMatch(line -> line.contains(" reason=\"TLS handshake failed: "))
                    .last()
                    .asString()
                    .contains("repeated=1");
        }
    }

    @Test
    void client_certificate_can_be_optional() throws Exception {
        TestCertificate client = TestCertificate.named("client");
        Tls tls = one.builder(folder, provider)
                .optionalClientCertificates(client.writeChain(folder.resolve("clients.pem")))
                .build();
        IoServer server = serve(tls, new Lines(DESCRIBE_TLS));

        assertThat(Client.of(connect(server)).send("?\n").readLine()).isEqualTo("- TLSv1.3 -");
        assertThat(Client.of(connect(server, client)).send("?\n").readLine()).isEqualTo("- TLSv1.3 CN=client");
    }

    @Test
    void reload_uses_new_certificate_for_new_connections() throws Exception {
        TestCertificate two = TestCertificate.named("two");
        Tls tls = one.tls(folder, provider);
        IoServer server = serve(tls, new EchoServer());
        SSLSocket before = connect(server);
        assertThat(Client.of(before).send("a").read(1)).isEqualTo("a");
        assertThat(TestCertificate.presentedTo(before)).isEqualTo(one.certificate);

        two.writeChain(folder.resolve("chain.pem"));
        two.writeKey(folder.resolve("key.pem"));
        tls.reload();

        SSLSocket after = two.connect(server.address());
        opened.add(0, after);
        assertThat(Client.of(after).send("b").read(1)).isEqualTo("b");
        assertThat(TestCertificate.presentedTo(after)).isEqualTo(two.certificate);
        assertThat(Client.of(before).send("c").read(1)).isEqualTo("c");
    }

    @Test
    void failed_reload_keeps_certificate_and_logs_reason() throws Exception {
        Tls tls = one.tls(folder, provider);
        IoServer server = serve(tls, new EchoServer());
        Path chain = folder.resolve("chain.pem");
        Files.writeString(chain, "half a file");

        try (LogLines log = LogLines.record(PeerLog::flush)) {
            assertThatThrownBy(tls::reload).isInstanceOf(IOException.class).hasMessageStartingWith(chain + ": ");
            assertThat(log.containing("TLS reload failed, current certificate stays in use: cause=\"" + chain))
                    .hasSize(1);
        }

        assertThat(Client.of(connect(server)).send("x").read(1)).isEqualTo("x");
    }

    @Test
    void missing_handshake_closes_after_timeout() throws Exception {
        Recorder<Connection> app = new Recorder<>();
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        IoOptions options = new IoOptions(OutboundLimit.DEFAULT, one.tls(folder, provider), null, List.of());
        try (LogLines log = LogLines.record(PeerLog::flush)) {
            ConnectionInitializer.attach(channel, app, options, new DropCounter());
            channel.advanceTimeBy(9, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            assertThat(channel.isOpen()).isTrue();

            channel.advanceTimeBy(1500, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();

            assertThat(channel.isOpen()).isFalse();
            assertThat(log.lines()).singleElement().asString().endsWith(" reason=\"no TLS handshake within 10000 ms\"");
            assertThat(app.calls()).isEmpty();
        }
        channel.finishAndReleaseAll();
    }

    /** OpenSSL in Netty ends both directions at a close_notify of TLS 1.3. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void half_closed_client_receives_pending_responses(String version) throws Exception {
        IoServer server = serve(one.tls(folder, provider), new Lines(new EchoServer()));
        SSLSocket socket = connect(server);
        socket.setEnabledProtocols(new String[] {version});
        Client client = Client.of(socket);
        assertThat(client.send("zero\n").readLine()).isEqualTo("zero");
        client.send("one\ntwo");
        socket.shutdownOutput();

        // the reply to the last line, which the end of the stream completes, is written after close_notify
        boolean endsBoth = provider == Tls.Provider.OPENSSL && version.equals("TLSv1.3");
        assertThat(client.readToEnd()).isEqualTo(endsBoth ? "one\n" : "one\ntwo\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void messages_of_the_size_of_an_alert_are_answered(String version) throws Exception {
        SSLSocket socket = connect(serve(one.tls(folder, provider), new EchoServer()));
        socket.setEnabledProtocols(new String[] {version});
        Client client = Client.of(socket);
        for (int i = 0; i < 20; i++) {
            client.send("ab");
        }

        assertThat(client.read(40)).isEqualTo("ab".repeat(20));
        assertThat(client.send("cd").read(2)).isEqualTo("cd");
        socket.shutdownOutput();
        assertThat(client.readToEnd()).isEmpty();
    }

    @Test
    void lingering_close_sends_close_notify() throws Exception {
        MessageComponent<Connection, Message> lingering = (from, message) -> {
            from.send("bye");
            PipelineContext.of(from).outbound().closeLingering();
        };
        IoServer server = serve(one.tls(folder, provider), lingering);
        var context =
                SslContextBuilder.forClient().trustManager(one.certificate).build();
        CompletableFuture<Object> end = new CompletableFuture<>();
        EventLoops loops = EventLoops.on(Transport.NIO);
        Channel client = new Bootstrap()
                .group(loops.acquire())
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        context.newHandler(channel.alloc(), "localhost", 1),
                                        new ChannelInboundHandlerAdapter() {
                                            @Override
                                            public void channelRead(ChannelHandlerContext ctx, Object read) {
                                                ReferenceCountUtil.release(read);
                                            }

                                            @Override
                                            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                                                if (event instanceof SslCloseCompletionEvent) {
                                                    end.complete(event);
                                                }
                                            }
                                        });
                    }
                })
                .connect(server.address())
                .syncUninterruptibly()
                .channel();
        client.writeAndFlush(client.alloc().buffer().writeBytes(FIRST_BYTE));

        assertThat(end.get(10, TimeUnit.SECONDS)).isSameAs(SslCloseCompletionEvent.SUCCESS);
        client.close().syncUninterruptibly();
        loops.release();
    }

    @Test
    void broadcast_is_identical_for_all_clients() throws Exception {
        var all = ConcurrentHashMap.<Connection>newKeySet();
        MessageComponent<Connection, Message> broadcaster = new MessageComponent<>() {
            @Override
            public void onOpen(Connection conn) {
                all.add(conn);
                conn.send("in\n");
            }

            @Override
            public void onMessage(Connection from, Message line) {
                for (int i = 0; i < 50; i++) {
                    Message shared = Message.text("event " + i + " " + "x".repeat(i * 40));
                    for (Connection conn : all) {
                        conn.send(shared);
                        conn.send("\nown\n");
                    }
                }
            }
        };
        IoServer server = serve(one.tls(folder, provider), broadcaster);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Client client = Client.of(connect(server));
            clients.add(client.send(""));
            assertThat(client.readLine()).isEqualTo("in");
        }

        clients.get(0).send("go");

        for (Client client : clients) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.readLine()).isEqualTo("event " + i + " " + "x".repeat(i * 40));
                assertThat(client.readLine()).isEqualTo("own");
            }
        }
    }
}

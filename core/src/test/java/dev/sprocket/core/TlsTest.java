package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.spi.AlpnProtocols;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
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
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TlsTest {
    private static final byte[] HELLO_ONE = {1};

    /** Answers each line with what is known of the connection. */
    private static final MessageComponent<Connection, Message> TELLS =
            (from, line) -> from.send(Tls.applicationProtocol(from).orElse("-")
                    + " "
                    + Tls.session(from).map(session -> session.getProtocol()).orElse("-") + " "
                    + Tls.peerCertificate(from)
                            .map(own -> own.getSubjectX500Principal().getName())
                            .orElse("-"));

    @TempDir
    Path folder;

    private final Identity one = Identity.named("one");
    private final List<AutoCloseable> opened = new ArrayList<>();

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

    private SSLSocket connect(IoServer server, Identity own) throws Exception {
        SSLSocket socket = one.connect(server.address(), own);
        opened.add(0, socket);
        return socket;
    }

    private SSLSocket connect(IoServer server) throws Exception {
        return connect(server, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void bytes_come_and_go(String version) throws Exception {
        IoServer server = serve(one.tls(folder), new EchoServer());
        SSLSocket socket = connect(server);
        socket.setEnabledProtocols(new String[] {version});
        String large = "0123456789".repeat(30_000);

        assertThat(Client.over(socket).send("hello").read(5)).isEqualTo("hello");
        assertThat(Client.over(socket).send(large).read(large.length())).isEqualTo(large);
        assertThat(socket.getSession().getProtocol()).isEqualTo(version);
    }

    @Test
    void without_alpn_or_client_certificate_only_the_version_is_known() throws Exception {
        IoServer server = serve(one.tls(folder), new Lines(TELLS));

        assertThat(Client.over(connect(server)).send("?\n").line()).isEqualTo("- TLSv1.3 -");
    }

    @Test
    void on_a_plain_socket_nothing_is_known() throws Exception {
        try (IoServer server = new IoServer(0, new Lines(TELLS))) {
            server.start();
            try (Client client = Client.to(server.address())) {
                assertThat(client.send("?\n").line()).isEqualTo("- - -");
            }
        }
    }

    /** A stack that speaks two protocols. */
    private static final class Both extends ForwardingComponent<Connection, Message> implements AlpnProtocols {
        Both() {
            super(new Lines(TELLS));
        }

        @Override
        public List<String> protocols() {
            return List.of("h2", "http/1.1");
        }
    }

    private static SSLSocket asking(SSLSocket socket, String... protocols) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }

    @Test
    void what_the_stack_speaks_is_negotiated_and_then_known() throws Exception {
        IoServer server = serve(one.tls(folder), new Both());

        assertThat(Client.over(asking(connect(server), "http/1.1", "h2"))
                        .send("?\n")
                        .line())
                .isEqualTo("h2 TLSv1.3 -");
        assertThat(Client.over(asking(connect(server), "http/1.1")).send("?\n").line())
                .isEqualTo("http/1.1 TLSv1.3 -");
        assertThat(Client.over(connect(server)).send("?\n").line()).isEqualTo("- TLSv1.3 -");
    }

    @Test
    void what_the_certificate_was_told_to_offer_comes_before_what_the_stack_offers() throws Exception {
        one.tls(folder);
        Tls tls = Tls.builder()
                .pem(folder.resolve("chain.pem"), folder.resolve("key.pem"))
                .protocols("http/1.1")
                .build();
        IoServer server = serve(tls, new Both());

        assertThat(Client.over(asking(connect(server), "h2", "http/1.1"))
                        .send("?\n")
                        .line())
                .isEqualTo("http/1.1 TLSv1.3 -");
    }

    @Test
    void a_client_that_speaks_none_of_the_protocols_is_refused_with_one_line() throws Exception {
        IoServer server = serve(one.tls(folder), new Both());
        SSLSocket socket = asking(connect(server), "spdy/3");
        try (LogLines log = LogLines.record()) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
            server.close();
            assertThat(log.all()).singleElement().asString().contains(" reason=TLS handshake failed: ");
        }
    }

    @Test
    void plain_text_is_refused_with_one_line() throws Exception {
        IoServer server = serve(one.tls(folder), new EchoServer());
        try (LogLines log = LogLines.record();
                Client client = Client.to(server.address())) {
            assertThat(client.send("GET / HTTP/1.1\r\n\r\n").rest())
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .endsWith("(expected: https:// or wss://)\n");
            server.close();
            assertThat(log.all()).singleElement().asString().endsWith(" received=HTTP request (expected: TLS)");
        }
    }

    @Test
    void other_text_is_no_tls() throws Exception {
        IoServer server = serve(one.tls(folder), new EchoServer());
        try (LogLines log = LogLines.record();
                Client client = Client.to(server.address())) {
            client.send("{\"a\":1}\r\n").rest();
            server.close();
            assertThat(log.all())
                    .singleElement()
                    .asString()
                    .endsWith(" reason=TLS handshake failed: not TLS (expected: https:// or wss://)");
        }
    }

    @Test
    void a_client_that_must_show_a_certificate_and_has_none_is_refused_with_one_line() throws Exception {
        Identity client = Identity.named("client");
        one.tls(folder);
        Tls tls = Tls.builder()
                .pem(folder.resolve("chain.pem"), folder.resolve("key.pem"))
                .clientCertificates(client.writeChain(folder.resolve("clients.pem")))
                .build();
        IoServer server = serve(tls, new Lines(TELLS));

        try (LogLines log = LogLines.record()) {
            SSLSocket none = connect(server);
            assertThatThrownBy(() -> Client.over(none).send("?\n").line()).isInstanceOf(IOException.class);
            assertThat(Client.over(connect(server, client)).send("?\n").line()).isEqualTo("- TLSv1.3 CN=client");
            SSLSocket stranger = connect(server, Identity.named("two"));
            assertThatThrownBy(() -> Client.over(stranger).send("?\n").line()).isInstanceOf(IOException.class);
            server.close();
            PeerLog.flush();
            assertThat(log.all())
                    .hasSize(2)
                    .allMatch(line -> line.contains(" reason=TLS handshake failed: "))
                    .last()
                    .asString()
                    .contains("repeated=1");
        }
    }

    @Test
    void a_client_may_show_a_certificate() throws Exception {
        Identity client = Identity.named("client");
        one.tls(folder);
        Tls tls = Tls.builder()
                .pem(folder.resolve("chain.pem"), folder.resolve("key.pem"))
                .optionalClientCertificates(client.writeChain(folder.resolve("clients.pem")))
                .build();
        IoServer server = serve(tls, new Lines(TELLS));

        assertThat(Client.over(connect(server)).send("?\n").line()).isEqualTo("- TLSv1.3 -");
        assertThat(Client.over(connect(server, client)).send("?\n").line()).isEqualTo("- TLSv1.3 CN=client");
    }

    @Test
    void a_new_certificate_is_taken_while_the_server_runs() throws Exception {
        Identity two = Identity.named("two");
        Tls tls = one.tls(folder);
        IoServer server = serve(tls, new EchoServer());
        SSLSocket before = connect(server);
        assertThat(Client.over(before).send("a").read(1)).isEqualTo("a");
        assertThat(Identity.seenBy(before)).isEqualTo(one.certificate);

        two.writeChain(folder.resolve("chain.pem"));
        two.writeKey(folder.resolve("key.pem"));
        tls.reload();

        SSLSocket after = two.connect(server.address());
        opened.add(0, after);
        assertThat(Client.over(after).send("b").read(1)).isEqualTo("b");
        assertThat(Identity.seenBy(after)).isEqualTo(two.certificate);
        assertThat(Client.over(before).send("c").read(1)).isEqualTo("c");
    }

    @Test
    void a_wrong_file_keeps_the_old_certificate_and_says_why() throws Exception {
        Tls tls = one.tls(folder);
        IoServer server = serve(tls, new EchoServer());
        Path chain = folder.resolve("chain.pem");
        Files.writeString(chain, "half a file");

        try (LogLines log = LogLines.record()) {
            assertThatThrownBy(tls::reload).isInstanceOf(IOException.class).hasMessageStartingWith(chain + ": ");
            assertThat(log.with("TLS reload failed, current certificate stays in use: " + chain))
                    .hasSize(1);
        }

        assertThat(Client.over(connect(server)).send("x").read(1)).isEqualTo("x");
    }

    @Test
    void a_handshake_that_does_not_come_ends_after_its_limit() throws Exception {
        Recorder<Connection> app = new Recorder<>();
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        IoOptions options = new IoOptions(OutboundLimit.DEFAULT, one.tls(folder), null, List.of());
        try (LogLines log = LogLines.record()) {
            ConnectionInitializer.attach(channel, app, options, new DropStats());
            channel.advanceTimeBy(9, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            assertThat(channel.isOpen()).isTrue();

            channel.advanceTimeBy(1500, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();

            assertThat(channel.isOpen()).isFalse();
            assertThat(log.all()).singleElement().asString().endsWith(" reason=no TLS handshake within 10000 ms");
            assertThat(app.calls()).isEmpty();
        }
        channel.finishAndReleaseAll();
    }

    @Test
    void a_client_that_has_sent_all_still_gets_its_answers() throws Exception {
        IoServer server = serve(one.tls(folder), new Lines(new EchoServer()));
        SSLSocket socket = connect(server);
        Client client = Client.over(socket).send("one\ntwo");
        socket.shutdownOutput();

        assertThat(client.rest()).isEqualTo("one\ntwo\n");
    }

    @Test
    void an_end_is_announced_as_one_also_when_the_server_lingers() throws Exception {
        MessageComponent<Connection, Message> lingering = (from, message) -> {
            from.send("bye");
            PipelineContext.of(from).outbound().closeLingering();
        };
        IoServer server = serve(one.tls(folder), lingering);
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
        client.writeAndFlush(client.alloc().buffer().writeBytes(HELLO_ONE));

        assertThat(end.get(10, TimeUnit.SECONDS)).isSameAs(SslCloseCompletionEvent.SUCCESS);
        client.close().syncUninterruptibly();
        loops.release();
    }

    @Test
    void one_message_for_many_is_the_same_for_all() throws Exception {
        var all = ConcurrentHashMap.<Connection>newKeySet();
        MessageComponent<Connection, Message> everybody = new MessageComponent<>() {
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
        IoServer server = serve(one.tls(folder), everybody);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Client client = Client.over(connect(server));
            clients.add(client.send(""));
            assertThat(client.line()).isEqualTo("in");
        }

        clients.get(0).send("go");

        for (Client client : clients) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.line()).isEqualTo("event " + i + " " + "x".repeat(i * 40));
                assertThat(client.line()).isEqualTo("own");
            }
        }
    }
}

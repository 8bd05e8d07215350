package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.tls.TestCertificate;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.leaktest.LogLines;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
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

/** Ways in which a TLS handshake ends; each frees the engine, which may be native. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@ParameterizedClass
@EnumSource(
        value = Tls.Provider.class,
        names = {"JDK", "OPENSSL"})
class TlsEndingsTest {
    @Parameter
    Tls.Provider provider;

    @TempDir
    Path folder;

    private final TestCertificate one = TestCertificate.named("one");
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private SSLEngine engine;
    private LogLines log;

    @BeforeEach
    void requireProvider() {
        TestCertificate.requireProvider(provider);
        log = LogLines.record(PeerLog::flush);
        channel.freezeTime();
    }

    @AfterEach
    void engineIsFree() {
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
        if (engine instanceof ReferenceCounted counted) {
            assertThat(counted.refCnt()).isZero();
        }
        log.close();
    }

    private void accept(Tls tls) {
        IoOptions options = new IoOptions(OutboundLimit.DEFAULT, tls, null, List.of("h2"));
        ConnectionInitializer.attach(channel, new EchoServer(), options, new DropCounter());
        engine = channel.pipeline().get(SslHandler.class).engine();
    }

    private EmbeddedChannel client(String protocol) throws Exception {
        SslHandler tls = SslContextBuilder.forClient()
                .trustManager(one.certificate)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocol))
                .build()
                .newHandler(ByteBufAllocator.DEFAULT, "localhost", 1);
        return new EmbeddedChannel(tls);
    }

    private void exchange(EmbeddedChannel client) {
        boolean moved = true;
        while (moved) {
            channel.runPendingTasks();
            client.runPendingTasks();
            moved = pass(channel, client) | pass(client, channel);
        }
    }

    private static boolean pass(EmbeddedChannel from, EmbeddedChannel to) {
        boolean moved = false;
        for (ByteBuf part = from.readOutbound(); part != null; part = from.readOutbound()) {
            moved = true;
            if (to.isOpen()) {
                try {
                    to.writeInbound(part);
                } catch (Exception alert) {
                    // the client's handshake fails, too
                }
            } else {
                part.release();
            }
        }
        return moved;
    }

    private static void finish(EmbeddedChannel client) {
        try {
            client.finishAndReleaseAll();
        } catch (Exception closed) {
            // its handshake failed
        }
    }

    @Test
    void success_frees_engine_after_close() throws Exception {
        accept(one.tls(folder, provider));
        EmbeddedChannel client = client("h2");
        exchange(client);
        client.writeOutbound(Unpooled.copiedBuffer("a", StandardCharsets.UTF_8));
        exchange(client);

        ByteBuf echo = client.readInbound();
        assertThat(echo.toString(StandardCharsets.UTF_8)).isEqualTo("a");
        echo.release();
        client.close();
        exchange(client);
        channel.close();
        finish(client);
    }

    @Test
    void unknown_application_protocol_frees_engine() throws Exception {
        accept(one.tls(folder, provider));
        EmbeddedChannel client = client("spdy/3");
        exchange(client);

        assertThat(log.containing("TLS handshake failed: ")).hasSize(1);
        finish(client);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6, 50, 200})
    void fragmented_client_hello_is_accepted(int size) throws Exception {
        accept(one.tls(folder, provider));
        EmbeddedChannel client = client("h2");
        ByteBuf hello = client.readOutbound();
        while (hello.isReadable()) {
            channel.writeInbound(hello.readRetainedSlice(Math.min(size, hello.readableBytes())));
        }
        hello.release();
        exchange(client);

        assertThat(engine.getSession().getProtocol()).isEqualTo("TLSv1.3");
        channel.close();
        finish(client);
    }

    @Test
    void client_hello_in_several_records_is_accepted() throws Exception {
        accept(one.tls(folder, provider));
        EmbeddedChannel client = client("h2");
        ByteBuf hello = client.readOutbound();
        ByteBuf records = Unpooled.buffer();
        hello.skipBytes(5);
        while (hello.isReadable()) {
            int size = Math.min(100, hello.readableBytes());
            records.writeByte(22).writeShort(0x0303).writeShort(size).writeBytes(hello, size);
        }
        hello.release();
        channel.writeInbound(records);
        exchange(client);

        assertThat(engine.getSession().getProtocol()).isEqualTo("TLSv1.3");
        channel.close();
        finish(client);
    }

    @Test
    void close_in_the_handshake_frees_engine() throws Exception {
        accept(one.tls(folder, provider));
        EmbeddedChannel client = client("h2");
        ByteBuf hello = client.readOutbound();
        channel.writeInbound(hello);
        channel.close();
        finish(client);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1\r\n\r\n", "{\"a\":1}\r\n", "\26\3\1\0\5\1\0\0\1\0", "\26\3\1\0\0\26\3\1\0\0"})
    void other_data_frees_engine(String data) throws Exception {
        accept(one.tls(folder, provider));
        try {
            channel.writeInbound(Unpooled.copiedBuffer(data, StandardCharsets.ISO_8859_1));
        } catch (Exception rejected) {
            // logged
        }
        channel.runPendingTasks();
        ReferenceCountUtil.release(channel.readOutbound());
        assertThat(log.containing("connection closed")).hasSize(1);
    }

    @Test
    void timeout_frees_engine() throws Exception {
        accept(one.tls(folder, provider));
        channel.advanceTimeBy(11, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void missing_client_certificate_frees_engine() throws Exception {
        Path roots = TestCertificate.named("client").writeChain(folder.resolve("roots.pem"));
        accept(one.builder(folder, provider).clientCertificates(roots).build());
        EmbeddedChannel client = client("h2");
        exchange(client);

        assertThat(log.containing("TLS handshake failed: ")).hasSize(1);
        finish(client);
    }

    @Test
    void untrusted_server_certificate_frees_engine() throws Exception {
        accept(TestCertificate.named("two").tls(folder, provider));
        EmbeddedChannel client = client("h2");
        exchange(client);
        channel.close();
        finish(client);
    }
}

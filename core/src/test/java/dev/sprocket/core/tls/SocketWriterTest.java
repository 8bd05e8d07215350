package dev.sprocket.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.io.IoServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages that are not queued, to a client that reads late. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class SocketWriterTest {
    private static final int SIZE = 24 << 20;
    private static final int LIMIT = 64 << 20;

    /** Sends {@link #SIZE} bytes in messages of different sizes, immediately if possible. */
    private static final class Flood implements MessageComponent<Connection, Message> {
        final AtomicInteger immediate = new AtomicInteger();
        final AtomicInteger queued = new AtomicInteger();
        final CountDownLatch written = new CountDownLatch(1);

        @Override
        public void onMessage(Connection from, Message message) {
            PipelineContext context = PipelineContext.of(from);
            Random random = new Random(1);
            for (int at = 0; at < SIZE; ) {
                int size = Math.min(SIZE - at, 1 + random.nextInt(20_000));
                ByteBuf bytes = context.alloc().directBuffer(size);
                for (int i = 0; i < size; i++) {
                    bytes.writeByte(content(at + i));
                }
                at += size;
                if (context.sendNow(bytes)) {
                    assertThat(bytes.readableBytes()).isEqualTo(size);
                    bytes.release();
                    immediate.incrementAndGet();
                } else {
                    context.write(bytes);
                    queued.incrementAndGet();
                }
            }
            written.countDown();
        }
    }

    @TempDir
    Path folder;

    private final Flood flood = new Flood();

    @BeforeEach
    void requireEpoll() {
        assumeThat(Epoll.isAvailable()).isTrue();
    }

    private static int content(int at) {
        return (at >> 16) * 31 + (at >> 8) * 7 + at & 0xff;
    }

    @ParameterizedTest
    @CsvSource({",", "OPENSSL, TLSv1.3", "OPENSSL, TLSv1.2"})
    void full_socket_receives_the_rest_in_order(Tls.Provider provider, String version) throws Exception {
        try (IoServer server = server(provider, version);
                Socket client = client(server, provider != null)) {
            receive(client);
        }
        assertThat(flood.immediate).hasPositiveValue();
        assertThat(flood.queued).hasPositiveValue();
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void engine_of_the_JDK_queues_all(String version) throws Exception {
        try (IoServer server = server(Tls.Provider.JDK, version);
                Socket client = client(server, true)) {
            receive(client);
        }
        assertThat(flood.immediate).hasValue(0);
    }

    private IoServer server(Tls.Provider provider, String version) throws Exception {
        IoServer.Builder builder = IoServer.builder(flood).bind("127.0.0.1", 0).outboundLimit(LIMIT);
        if (provider != null) {
            TestCertificate.requireProvider(provider);
            builder.tls(TestCertificate.named("one")
                    .builder(folder, provider)
                    .versions(version)
                    .build());
        }
        IoServer server = builder.build();
        server.start();
        return server;
    }

    private static Socket client(IoServer server, boolean tls) throws Exception {
        Socket plain = new Socket();
        plain.connect(server.address(), 10_000);
        if (!tls) {
            return plain;
        }
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return trusting.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
    }

    private void receive(Socket client) throws Exception {
        client.getOutputStream().write('?');
        client.getOutputStream().flush();
        flood.written.await();
        InputStream in = client.getInputStream();
        byte[] received = in.readNBytes(SIZE);
        assertThat(received).hasSize(SIZE);
        for (int i = 0; i < SIZE; i++) {
            if (received[i] != (byte) content(i)) {
                assertThat(i).as("first wrong byte").isEqualTo(-1);
            }
        }
    }
}

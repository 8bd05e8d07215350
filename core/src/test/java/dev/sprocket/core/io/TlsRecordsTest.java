package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.tls.TestCertificate;
import dev.sprocket.core.tls.Tls;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** Records and buffers of a TLS connection, in memory. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@ParameterizedClass
@EnumSource(
        value = Tls.Provider.class,
        names = {"JDK", "OPENSSL"})
class TlsRecordsTest {
    private static final int APPLICATION_DATA = 23;

    @Parameter
    Tls.Provider provider;

    @TempDir
    Path folder;

    private final CountingAllocator allocator = new CountingAllocator();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private EmbeddedChannel client;
    private Connection conn;
    private final StringBuilder received = new StringBuilder();

    /** Records the sizes of all buffers. */
    private static final class CountingAllocator extends AbstractByteBufAllocator {
        final List<Integer> heap = new ArrayList<>();
        final List<Integer> direct = new ArrayList<>();

        CountingAllocator() {
            super(true);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            heap.add(initialCapacity);
            return UnpooledByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            direct.add(initialCapacity);
            return UnpooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
        }

        void reset() {
            heap.clear();
            direct.clear();
        }
    }

    /** Keeps the connection and the received text. */
    private final class App implements MessageComponent<Connection, Message> {
        @Override
        public void onOpen(Connection opened) {
            conn = opened;
        }

        @Override
        public void onMessage(Connection from, Message message) {
            received.append(message.text());
        }
    }

    @BeforeEach
    void handshake() throws Exception {
        TestCertificate.requireProvider(provider);
        TestCertificate one = TestCertificate.named("one");
        channel.config().setAllocator(allocator);
        IoOptions options = new IoOptions(OutboundLimit.DEFAULT, one.tls(folder, provider), null, List.of());
        ConnectionInitializer.attach(channel, new App(), options, new DropCounter());
        SslHandler tls = SslContextBuilder.forClient()
                .trustManager(one.certificate)
                .build()
                .newHandler(ByteBufAllocator.DEFAULT, "localhost", 1);
        client = new EmbeddedChannel(tls);
        exchange();
        // OpenSSL sends its tickets with the first write
        conn.send("ready");
        exchange();
        assertThat(plaintext()).isEqualTo("ready");
        allocator.reset();
    }

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
            client.finishAndReleaseAll();
        }
        channel.close();
        channel.finishAndReleaseAll();
    }

    /** Passes bytes in both directions until there are none. Returns the sizes of the server's records. */
    @CanIgnoreReturnValue
    private List<Integer> exchange() {
        List<Integer> records = new ArrayList<>();
        boolean moved = true;
        while (moved) {
            moved = false;
            channel.runPendingTasks();
            client.runPendingTasks();
            ByteBuf sent = joined(channel);
            if (sent.isReadable()) {
                count(sent, records);
                client.writeInbound(sent);
                moved = true;
            } else {
                sent.release();
            }
            for (ByteBuf part = client.readOutbound(); part != null; part = client.readOutbound()) {
                moved = true;
                channel.writeInbound(part);
            }
        }
        return records;
    }

    private static ByteBuf joined(EmbeddedChannel from) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = from.readOutbound(); part != null; part = from.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    private static void count(ByteBuf bytes, List<Integer> records) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            int size = bytes.getUnsignedShort(at + 3);
            if (bytes.getUnsignedByte(at) == APPLICATION_DATA) {
                records.add(size);
            }
            at += 5 + size;
        }
    }

    private String plaintext() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf part = client.readInbound(); part != null; part = client.readInbound()) {
            all.append(part.toString(StandardCharsets.UTF_8));
            part.release();
        }
        return all.toString();
    }

    @Test
    void small_messages_of_a_turn_are_one_record() {
        for (int i = 0; i < 50; i++) {
            conn.send("event " + i + " " + "x".repeat(125));
        }

        assertThat(exchange()).hasSize(1);
        assertThat(plaintext()).startsWith("event 0 x").contains("event 49 ");
    }

    @Test
    void large_messages_of_a_turn_fill_records() {
        for (int i = 0; i < 10; i++) {
            conn.send("x".repeat(3000));
        }

        assertThat(exchange()).hasSize(2);
        assertThat(plaintext()).hasSize(30_000);
    }

    @Test
    void encryption_copies_no_plaintext_to_heap() {
        Message shared = Message.text("y".repeat(5000));
        conn.send(shared);
        channel.runPendingTasks();

        if (provider == Tls.Provider.OPENSSL) {
            assertThat(allocator.heap).isEmpty();
            assertThat(allocator.direct).allMatch(size -> size < 5000 + 200);
        }
        assertThat(exchange()).hasSize(1);
        assertThat(plaintext()).isEqualTo("y".repeat(5000));
    }

    @Test
    void small_read_allocates_small_buffers() {
        client.writeOutbound(Unpooled.copiedBuffer("ping", StandardCharsets.UTF_8));
        exchange();

        assertThat(received).hasToString("ping");
        assertThat(allocator.heap).allMatch(size -> size < 256);
        assertThat(allocator.direct).allMatch(size -> size < 256);
    }

    /** Passes all records that the client has written in one read. */
    private void passTogether() {
        client.runPendingTasks();
        channel.writeInbound(joined(client));
    }

    private void write(String text) {
        client.writeOutbound(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    @Test
    void records_before_others_do_not_wait() {
        for (int i = 0; i < 20; i++) {
            write("ab");
        }
        write("eighteen bytes ...");
        write("end");
        passTogether();

        assertThat(received).hasToString("ab".repeat(20) + "eighteen bytes ..." + "end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "eighteen bytes ..."})
    void record_of_the_size_of_an_alert_is_received(String text) {
        write(text);
        passTogether();
        assertThat(received).hasToString(text);

        write("x");
        write(text);
        passTogether();
        channel.runPendingTasks();
        assertThat(received).hasToString(text + "x" + text);
    }
}

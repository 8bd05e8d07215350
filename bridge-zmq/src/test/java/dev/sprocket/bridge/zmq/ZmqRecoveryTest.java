package dev.sprocket.bridge.zmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.net.Cidr;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import zmq.Msg;

/** Endless messages and failures of JeroMQ threads. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
final class ZmqRecoveryTest {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final ZmqBridge bridge =
            ZmqBridge.pull((from, message) -> received.add(message.text())).build();
    private final ZContext context = new ZContext();

    @BeforeEach
    void start() throws Exception {
        bridge.start();
    }

    @AfterEach
    void stop() {
        context.close();
        bridge.close();
    }

    private ZMQ.Socket client() {
        return client(bridge);
    }

    private ZMQ.Socket client(ZmqBridge to) {
        ZMQ.Socket socket = context.createSocket(SocketType.PUSH);
        socket.setLinger(0);
        socket.setHandshakeIvl(500);
        socket.connect("tcp://127.0.0.1:" + ((InetSocketAddress) to.address()).getPort());
        return socket;
    }

    @Test
    void bridge_continues_after_a_message_of_many_frames() throws Exception {
        ZMQ.Socket endless = client();
        byte[] frame = new byte[64 * 1024];
        for (int i = 0; i < 500; i++) {
            endless.sendMore(frame);
        }
        endless.send("end");
        ZMQ.Socket other = client();
        other.send("other");
        endless.send("next");
        assertThat(received.poll(120, SECONDS)).isIn("other", "next");
        assertThat(received.poll(120, SECONDS)).isIn("other", "next");
        assertThat(received).isEmpty();
        assertThat(bridge.isHealthy()).isTrue();
    }

    /**
     * ZMTP 1.0 has no greeting, so JeroMQ reads {@code P} as a length.
     *
     * <p>It then finds frames in the body of the request.
     */
    @Test
    void page_cannot_push_in_a_request_body() throws Exception {
        byte[] push = "\u0002\u0000x\u001c\u0000{\"topic\":\"a\",\"event\":\"evil\"}".getBytes(UTF_8);
        String head = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n\r\n";
        for (int shift = 0; shift < 4; shift++) {
            try (Socket page = new Socket("127.0.0.1", ((InetSocketAddress) bridge.address()).getPort())) {
                OutputStream out = page.getOutputStream();
                out.write((head + "\u0001".repeat(600 + shift)).getBytes(UTF_8));
                for (int i = 0; i < 5; i++) {
                    out.write(push);
                }
                out.flush();
                page.shutdownOutput();
                // until the bridge has read everything and disconnected
                page.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException reset) {
                // also disconnected
            }
        }
        client().send("honest");
        assertThat(received.poll(120, SECONDS)).isEqualTo("honest");
        assertThat(received).isEmpty();
    }

    @Test
    void bridge_reopens_after_io_thread_failure() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        ZmqBridge.Builder builder = ZmqBridge.pull((from, message) -> received.add(message.text()));
        builder.frameMemory = size -> {
            if (size == 13 && failed.getCount() > 0) {
                failed.countDown();
                throw new OutOfMemoryError("of a test");
            }
            return new Msg(size);
        };
        ZmqBridge fragile = builder.build();
        fragile.start();
        try {
            SocketAddress before = fragile.address();
            ZMQ.Socket poison = client(fragile);
            poison.send("13 characters");
            failed.await();
            ZMQ.Socket client = client(fragile);
            client.send("after");
            assertThat(received.poll(120, SECONDS)).isEqualTo("after");
            assertThat(fragile.address()).isEqualTo(before);
            assertThat(fragile.isHealthy()).isTrue();
        } finally {
            fragile.close();
        }
    }

    /** Address list whose first lookup ends the ZAP thread. */
    private static final class FailingOnce extends LinkedHashSet<Cidr> {
        private static final long serialVersionUID = 1;
        private transient volatile boolean failed;

        FailingOnce() {
            super(Set.of(Cidr.parse("127.0.0.1/32")));
        }

        @Override
        public Stream<Cidr> stream() {
            if (!failed) {
                failed = true;
                throw new OutOfMemoryError("of a test");
            }
            return super.stream();
        }
    }

    /** Connects as a PUSH socket, pushes {@code raw}, and returns the READY command, if any. */
    private static byte[] knock(SocketAddress bridge, int timeoutMillis) throws IOException {
        try (Socket raw = new Socket("127.0.0.1", ((InetSocketAddress) bridge).getPort())) {
            raw.setSoTimeout(timeoutMillis);
            OutputStream out = raw.getOutputStream();
            // ZMTP 3.0, NULL
            out.write(HexFormat.of().parseHex("ff00000000000000017f" + "0300" + "4e554c4c" + "00".repeat(48)));
            raw.getInputStream().readNBytes(64);
            // READY, Socket-Type PUSH
            out.write(HexFormat.of()
                    .parseHex(
                            "041a" + "05" + "5245414459" + "0b" + "536f636b65742d54797065" + "00000004" + "50555348"));
            byte[] ready = raw.getInputStream().readNBytes(8);
            out.write(HexFormat.of().parseHex("0003" + "726177"));
            out.flush();
            return ready;
        } catch (SocketTimeoutException | SocketException silenceOrReset) {
            return new byte[0];
        }
    }

    @Test
    void rejects_all_connections_after_zap_failure() throws Exception {
        BlockingQueue<Runnable> reopening = new LinkedBlockingQueue<>();
        ZmqBridge.Builder builder = ZmqBridge.pull((from, message) -> received.add(message.text()));
        builder.addresses = new FailingOnce();
        builder.reopenThreads = task -> new Thread(() -> reopening.add(task));
        ZmqBridge fragile = builder.build();
        fragile.start();
        try {
            SocketAddress before = fragile.address();
            ZMQ.Socket first = client(fragile);
            first.send("first");
            Runnable reopen = reopening.poll(120, SECONDS);
            assertThat(reopen).isNotNull();
            assertThat(fragile.isHealthy()).isFalse();
            assertThat(knock(before, 500)).isEmpty();
            assertThat(received).isEmpty();
            reopen.run();
            assertThat(received.poll(120, SECONDS)).isEqualTo("first");
            assertThat(fragile.address()).isEqualTo(before);
            assertThat(fragile.isHealthy()).isTrue();
            // the same bytes are accepted now
            assertThat(new String(knock(before, 120_000), UTF_8)).endsWith("READY");
            assertThat(received.poll(120, SECONDS)).isEqualTo("raw");
        } finally {
            fragile.close();
        }
    }

    @Test
    void closes_in_time_after_zap_failure() throws Exception {
        BlockingQueue<Runnable> reopening = new LinkedBlockingQueue<>();
        ZmqBridge.Builder builder = ZmqBridge.pull((from, message) -> received.add(message.text()));
        builder.addresses = new FailingOnce();
        builder.reopenThreads = task -> new Thread(() -> reopening.add(task));
        ZmqBridge fragile = builder.build();
        fragile.start();
        client(fragile).send("first");
        assertThat(reopening.poll(120, SECONDS)).isNotNull();
        int port = ((InetSocketAddress) fragile.address()).getPort();
        fragile.close(Duration.ofSeconds(120));
        // the port is free
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void dropped_responses_are_counted_and_logged() throws Exception {
        int pushes = 300;
        PeerLog.flush();
        Logger logger = (Logger) LoggerFactory.getLogger(ZmqBridge.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        String response = "x".repeat(256 * 1024);
        ZmqBridge asked = ZmqBridge.router((from, message) -> {
                    received.add(message.text());
                    from.send(response);
                })
                .highWaterMark(2)
                .build();
        asked.start();
        try {
            ZMQ.Socket silent = context.createSocket(SocketType.DEALER);
            silent.setLinger(0);
            silent.setRcvHWM(2);
            silent.connect("tcp://127.0.0.1:" + ((InetSocketAddress) asked.address()).getPort());
            for (int i = 0; i < pushes; i++) {
                silent.send("push " + i);
            }
            for (int i = 0; i < pushes; i++) {
                assertThat(received.poll(120, SECONDS)).isEqualTo("push " + i);
            }
        } finally {
            asked.close();
            PeerLog.flush();
            logger.setLevel(before);
            logger.detachAppender(log);
        }
        List<String> lines = log.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains("zmq response dropped"))
                .toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).contains("the client does not read its responses");
        assertThat(lines.get(1)).contains("the client does not read its responses) (repeated=");
    }
}

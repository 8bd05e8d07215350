package dev.sprocket.bridge.zmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import zmq.Msg;

/** Messages without an end, and threads of JeroMQ that fail. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
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
        socket.connect("tcp://127.0.0.1:" + ((InetSocketAddress) to.address()).getPort());
        return socket;
    }

    @Test
    void bridge_goes_on_after_a_message_of_many_frames() throws Exception {
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

    /** ZMTP 1.0 begins without a greeting: JeroMQ takes {@code P} for a length, and finds frames in the body. */
    @Test
    void page_cannot_push_by_the_body_of_a_request() throws Exception {
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
                // until the bridge has read it all, and hung up
                page.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException reset) {
                // as good
            }
        }
        client().send("honest");
        assertThat(received.poll(120, SECONDS)).isEqualTo("honest");
        assertThat(received).isEmpty();
    }

    @Test
    void bridge_is_opened_again_after_an_io_thread_fails() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        ZmqBridgeBuilder builder = ZmqBridge.pull((from, message) -> received.add(message.text()));
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
}

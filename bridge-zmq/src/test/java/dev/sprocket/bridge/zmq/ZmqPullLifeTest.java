package dev.sprocket.bridge.zmq;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.ZMQ;

/** Life cycle of the bridge. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ZmqPullLifeTest {
    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    private final MessageComponent<Connection, Message> target = new MessageComponent<>() {
        @Override
        public void onOpen(Connection conn) {
            calls.add("open");
        }

        @Override
        public void onMessage(Connection from, Message message) {
            calls.add(message.text());
        }

        @Override
        public void onClose(Connection conn) {
            calls.add("close");
        }
    };

    private static ZmqPush push(ZmqBridge bridge) {
        return new ZmqPush("127.0.0.1", ((InetSocketAddress) bridge.address()).getPort());
    }

    @Test
    void close_while_idle_calls_onClose_and_frees_port() throws Exception {
        ZmqBridge bridge = ZmqBridge.pull(target).bind("127.0.0.1", 0).build();
        bridge.start();
        int port = ((InetSocketAddress) bridge.address()).getPort();
        assertThat(port).isPositive();

        bridge.close(Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(calls).containsExactly("open", "close");
        new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
    }

    @Test
    void close_may_be_repeated_and_come_before_the_start() throws Exception {
        ZmqBridge bridge = ZmqBridge.pull(target).bind("127.0.0.1", 0).build();
        bridge.close();
        bridge.start();
        bridge.close();
        bridge.close();
        bridge.close(Duration.ZERO);

        assertThat(calls).containsExactly("open", "close");
    }

    @Test
    void received_messages_are_delivered_before_close() throws Exception {
        ZmqBridge bridge = ZmqBridge.pull(target).bind("127.0.0.1", 0).build();
        bridge.start();
        try (ZmqPush push = push(bridge)) {
            push.push("first");
            assertThat(calls.poll(20, SECONDS)).isEqualTo("open");
            assertThat(calls.poll(20, SECONDS)).isEqualTo("first");
        }

        bridge.close();

        assertThat(calls).containsExactly("close");
    }

    @Test
    void close_under_load_terminates() throws Exception {
        AtomicBoolean pushing = new AtomicBoolean(true);
        CountDownLatch busy = new CountDownLatch(10_000);
        // the target stays 200 messages behind, so there is always another message to deliver
        Semaphore sent = new Semaphore(-200);
        CountDownLatch closed = new CountDownLatch(1);
        ZmqBridge bridge = ZmqBridge.pull(new MessageComponent<Connection, Message>() {
                    @Override
                    public void onMessage(Connection from, Message message) throws InterruptedException {
                        if (pushing.get()) {
                            assertThat(sent.tryAcquire(20, SECONDS)).isTrue();
                        }
                        busy.countDown();
                    }

                    @Override
                    public void onClose(Connection conn) {
                        closed.countDown();
                    }
                })
                .bind("127.0.0.1", 0)
                .build();
        bridge.start();
        List<Thread> pushers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread pusher = new Thread(() -> {
                try (ZmqPush backend = push(bridge)) {
                    ZMQ.Socket push = backend.socket();
                    push.setLinger(0);
                    push.setSendTimeOut(100);
                    while (pushing.get()) {
                        if (push.send("x")) {
                            sent.release();
                        }
                    }
                }
            });
            pusher.start();
            pushers.add(pusher);
        }
        try {
            assertThat(busy.await(60, SECONDS)).isTrue();

            bridge.close(Duration.ofSeconds(10));

            assertThat(closed.getCount()).as("ended when close returned").isZero();
        } finally {
            pushing.set(false);
            for (Thread pusher : pushers) {
                pusher.join(20_000);
            }
            bridge.close();
        }
    }

    @Test
    void port_in_use_error_names_address_and_starts_nothing() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            ZmqBridge bridge = ZmqBridge.pull(target)
                    .bind("127.0.0.1", other.getLocalPort())
                    .build();

            assertThatIOException()
                    .isThrownBy(bridge::start)
                    .withMessageStartingWith("cannot listen on 127.0.0.1:" + other.getLocalPort() + " for ZeroMQ");
            assertThatIllegalStateException().isThrownBy(bridge::address).withMessage("not started");
            assertThat(calls).isEmpty();

            other.close();
            bridge.start();
            assertThat(calls.poll(20, SECONDS)).isEqualTo("open");
            bridge.close();
        }
    }

    @Test
    void unknown_host_error_names_the_host() {
        ZmqBridge bridge =
                ZmqBridge.pull(target).bind("no-such-host.invalid", 0).build();

        assertThatIOException()
                .isThrownBy(bridge::start)
                .withMessageStartingWith("cannot listen on no-such-host.invalid:0 for ZeroMQ");
    }

    @Test
    void second_start_is_rejected() throws Exception {
        try (ZmqBridge bridge = ZmqBridge.pull(target).bind("127.0.0.1", 0).build()) {
            bridge.start();

            assertThatIllegalStateException().isThrownBy(bridge::start).withMessage("already started");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65536})
    void invalid_port_is_rejected(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ZmqBridge.pull(target).bind("127.0.0.1", port).build())
                .withMessage("port: " + port + " (expected: 0-65535)");
    }
}

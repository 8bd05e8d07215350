package dev.sprocket.bridge.zmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.zeromq.ZMQ;

/** Pushes by a PUSH socket of JeroMQ. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ZmqPullTest {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<Connection> senders = new LinkedBlockingQueue<>();
    private final MessageComponent<Connection, Message> target = (from, message) -> {
        assertThat(message.isBinary()).isFalse();
        senders.add(from);
        received.add(message.text());
        if (message.text().equals("fail")) {
            throw new IllegalStateException("target");
        }
    };
    private final ZmqBridge bridge = ZmqBridge.pull(target).bind("127.0.0.1", 0).build();
    private final List<ZmqPush> backends = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        bridge.start();
    }

    @AfterEach
    void stop() {
        backends.forEach(backend -> {
            backend.socket().setLinger(0);
            backend.close();
        });
        bridge.close();
    }

    private ZMQ.Socket pusher() {
        ZmqPush push = new ZmqPush("127.0.0.1", ((InetSocketAddress) bridge.address()).getPort());
        backends.add(push);
        return push.socket();
    }

    @CanIgnoreReturnValue
    private List<String> take(int count) throws InterruptedException {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(received.poll(20, SECONDS));
        }
        return taken;
    }

    @Test
    void frames_become_text_messages_in_sender_order() throws Exception {
        List<String> sent =
                IntStream.range(0, 5_000).mapToObj(i -> "{\"é\":" + i + "}").toList();
        ZMQ.Socket push = pusher();

        sent.forEach(json -> push.send(json.getBytes(UTF_8)));

        assertThat(take(5_000)).isEqualTo(sent);
    }

    @Test
    void many_backends_may_push() throws Exception {
        for (int i = 0; i < 20; i++) {
            pusher().send("from " + i);
        }

        assertThat(take(20))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "from " + i).toList());
    }

    @Test
    void multi_frame_message_is_rejected_and_next_accepted() throws Exception {
        ZMQ.Socket push = pusher();

        push.sendMore("one");
        push.send("two");
        push.sendMore("1");
        push.sendMore("2");
        push.send("3");
        push.send("after");

        assertThat(take(1)).containsExactly("after");
        assertThat(received).isEmpty();
    }

    @Test
    void empty_frame_is_an_empty_message() throws Exception {
        pusher().send(new byte[0]);

        assertThat(take(1)).containsExactly("");
    }

    @Test
    void message_size_limit_is_1_MiB() throws Exception {
        String longest = "x".repeat(ZmqBridge.DEFAULT_MAX_FRAME_SIZE);

        pusher().send(longest);

        assertThat(take(1)).containsExactly(longest);
    }

    @Test
    void only_sender_of_too_large_message_is_disconnected() throws Exception {
        ZMQ.Socket greedy = pusher();
        ZMQ.Socket modest = pusher();
        modest.send("before");
        assertThat(take(1)).containsExactly("before");

        greedy.send(new byte[ZmqBridge.DEFAULT_MAX_FRAME_SIZE + 1]);
        for (int i = 0; i < 100; i++) {
            modest.send("after " + i);
        }

        assertThat(take(100)).first().isEqualTo("after 0");
        assertThat(received).isEmpty();
    }

    @Test
    void failing_target_does_not_stop_the_bridge() throws Exception {
        ZMQ.Socket push = pusher();

        push.send("fail");
        push.send("after");

        assertThat(take(2)).containsExactly("fail", "after");
    }

    @Test
    void messages_come_from_one_connection_that_rejects_sends() throws Exception {
        pusher().send("a");
        pusher().send("b");
        take(2);

        Connection conn = senders.take();
        assertThat(senders.take()).isSameAs(conn);
        assertThat(conn.send("x")).isFalse();
        conn.close();
        assertThat(conn.isOpen()).isTrue();
        assertThat(conn.remoteAddress()).isEqualTo(bridge.address());
        assertThat(conn).hasToString("zmq 127.0.0.1:" + ((InetSocketAddress) bridge.address()).getPort());
    }
}

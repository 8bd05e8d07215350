package dev.sprocket.bridge.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.memory.MemoryEngine;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Senders over ZeroMQ while the engine is away. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ZmqAwayTest {
    private final MemoryEngine engine = new MemoryHub().engine();
    private final ClusterNode node = ClusterNode.builder(engine).name("a").start();
    private final Topics topics = new Topics(
            topic -> topic.startsWith("log")
                    ? TopicSettings.DEFAULT.history(100, Duration.ofHours(1))
                    : TopicSettings.DEFAULT,
            node.log());
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @BeforeEach
    void subscribe() {
        Subscriber subscriber = Subscriber.of("s", Runnable::run, (topic, event) -> heard.add(event.json()));
        for (String topic : List.of("log", "plain")) {
            topics.topic(topic)
                    .subscribe(subscriber, null)
                    .toCompletableFuture()
                    .join();
        }
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static ZmqBridge start(ZmqBridge.Builder builder, Duration holdTimeout) throws IOException {
        ZmqBridge bridge = builder.bind("127.0.0.1", 0).holdTimeout(holdTimeout).build();
        bridge.start();
        return bridge;
    }

    private static int port(ZmqBridge bridge) {
        return ((InetSocketAddress) bridge.address()).getPort();
    }

    private static String push(String topic, int number) {
        return "{\"topic\":\"" + topic + "\",\"event\":" + number + "}";
    }

    private List<String> heard(int count) throws InterruptedException {
        List<String> all = new ArrayList<>();
        while (all.size() < count) {
            String next = heard.poll(20, TimeUnit.SECONDS);
            if (next == null) {
                break;
            }
            all.add(next);
        }
        return all;
    }

    @Test
    void held_pushes_are_published_in_order_when_engine_returns() throws Exception {
        engine.disconnect();
        try (ZmqBridge bridge = start(ZmqBridge.pull(topics), Duration.ofMinutes(5));
                ZmqPush client = new ZmqPush("127.0.0.1", port(bridge))) {
            client.push(push("plain", 1));
            client.push(push("log", 2));
            client.push(push("plain", 3));
            client.push(push("log", 4));
            assertThat(heard(1)).containsExactly("1");
            engine.reconnect();
            assertThat(heard(3)).containsExactly("2", "3", "4");
        }
    }

    @Test
    void closing_bridge_does_not_wait_for_the_engine() throws Exception {
        engine.disconnect();
        ZmqBridge bridge = start(ZmqBridge.pull(topics), Duration.ofMinutes(5));
        try (ZmqPush client = new ZmqPush("127.0.0.1", port(bridge))) {
            client.push(push("plain", 1));
            client.push(push("log", 2));
            assertThat(heard(1)).containsExactly("1");
            bridge.close();
        }
        assertThat(node.statistics().appended()).isZero();
    }

    @Test
    void push_fails_when_its_time_is_over() throws Exception {
        engine.disconnect();
        try (ZmqBridge bridge = start(ZmqBridge.router(topics), Duration.ofMillis(1));
                ZContext context = new ZContext();
                ZMQ.Socket client = context.createSocket(SocketType.REQ)) {
            client.setReceiveTimeOut(20_000);
            client.connect("tcp://127.0.0.1:" + port(bridge));
            client.send(push("log", 1));
            assertThat(client.recvStr()).isEqualTo("error 1 of 1 events not stored");
            engine.reconnect();
            client.send(push("log", 2));
            assertThat(client.recvStr()).isEqualTo("ok 1");
            assertThat(heard(1)).containsExactly("2");
        }
    }
}

package dev.sprocket.bridge.tcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.memory.MemoryEngine;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
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

/** Senders over TCP while the engine is away. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TcpAwayTest {
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

    private TcpBridge start(Duration holdTimeout) throws IOException {
        TcpBridge bridge = TcpBridge.builder(topics)
                .bind("127.0.0.1", 0)
                .loops(EventLoops.of(1))
                .acknowledge()
                .holdTimeout(holdTimeout)
                .build();
        bridge.start();
        return bridge;
    }

    private static Socket connect(TcpBridge bridge) throws IOException {
        Socket socket = new Socket("127.0.0.1", ((InetSocketAddress) bridge.address()).getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String push(String topic, int number) {
        return "{\"topic\":\"" + topic + "\",\"event\":" + number + "}\n";
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
        try (TcpBridge bridge = start(Duration.ofMinutes(5));
                Socket socket = connect(bridge);
                Socket other = connect(bridge)) {
            String text = push("plain", 1) + push("log", 2) + push("plain", 3) + push("log", 4);
            socket.getOutputStream().write(text.getBytes(UTF_8));
            other.getOutputStream().write(push("plain", 9).getBytes(UTF_8));
            assertThat(heard(2)).containsExactlyInAnyOrder("1", "9");
            engine.reconnect();
            assertThat(heard(3)).containsExactly("2", "3", "4");
            BufferedReader answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            for (int i = 0; i < 4; i++) {
                assertThat(answers.readLine()).isEqualTo("ok 1");
            }
        }
    }

    @Test
    void held_pushes_of_a_closed_connection_are_published() throws Exception {
        engine.disconnect();
        try (TcpBridge bridge = start(Duration.ofMinutes(5))) {
            try (Socket socket = connect(bridge)) {
                String text = push("plain", 1) + push("log", 2) + push("plain", 3);
                socket.getOutputStream().write(text.getBytes(UTF_8));
            }
            assertThat(heard(1)).containsExactly("1");
            engine.reconnect();
            assertThat(heard(2)).containsExactly("2", "3");
        }
    }

    @Test
    void push_fails_when_its_time_is_over() throws Exception {
        engine.disconnect();
        try (TcpBridge bridge = start(Duration.ofMillis(1));
                Socket socket = connect(bridge)) {
            socket.getOutputStream().write((push("log", 1) + push("plain", 2)).getBytes(UTF_8));
            BufferedReader answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            assertThat(answers.readLine()).isEqualTo("error 1 of 1 events not stored");
            assertThat(answers.readLine()).isEqualTo("ok 1");
            engine.reconnect();
            socket.getOutputStream().write(push("log", 3).getBytes(UTF_8));
            assertThat(answers.readLine()).isEqualTo("ok 1");
            assertThat(heard(2)).containsExactly("2", "3");
        }
    }
}

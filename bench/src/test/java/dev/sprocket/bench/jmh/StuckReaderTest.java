package dev.sprocket.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.bench.client.ClientFrames;
import dev.sprocket.bench.client.ClientProtocol;
import dev.sprocket.core.Connection;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Subscriber of a topic with a history that does not read, beside 200 others. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class StuckReaderTest {
    private static final int OTHERS = 200;
    private static final int EVENTS = 1500;
    private static final Pattern NUMBER = Pattern.compile("#(\\d+)#");
    private static final List<Integer> ALL = IntStream.range(0, EVENTS).boxed().toList();

    private final MemoryLoop loop = new MemoryLoop();
    private final MemoryLog log = new MemoryLog();
    private final Topics topics = new Topics(id -> TopicSettings.DEFAULT.history(2 * EVENTS, Duration.ofHours(1)), log);
    private final Topic topic = topics.topic("http://bench.example/t0");
    private final List<Connection> connections = new ArrayList<>();
    private final List<List<Integer>> received = new ArrayList<>();

    @BeforeEach
    void subscribe() throws Exception {
        WampServer server = new WampServer(
                new WampComponent() {
                    @Override
                    public void onOpen(WampConnection opened) {
                        connections.add(opened);
                    }
                },
                topics);
        loop.open(OTHERS + 1, channel -> IoServer.attach(channel, new HttpServer(new WsServer(server))));
        loop.upgrade(ClientProtocol.WAMP.subprotocol());
        loop.send(ClientFrames.text(ClientProtocol.WAMP.subscribe().replace("{topic}", "0")));
        for (MemoryChannel channel : loop.channels()) {
            List<Integer> numbers = new ArrayList<>();
            received.add(numbers);
            channel.peer = bytes -> read(bytes, numbers);
        }
    }

    @AfterEach
    void stop() throws Exception {
        loop.close();
    }

    private static void read(ByteBuf bytes, List<Integer> numbers) {
        NUMBER.matcher(bytes.toString(StandardCharsets.ISO_8859_1))
                .results()
                .map((MatchResult result) -> Integer.valueOf(result.group(1)))
                .forEach(numbers::add);
    }

    private void publish(int from, int to) throws Exception {
        for (int number = from; number < to; number++) {
            Event event = Event.of("#" + number + "#" + "x".repeat(200));
            loop.runIterations(number % 3, () -> {}); // some events are delivered together
            topic.broadcast(event);
        }
        loop.runIterations(5, () -> {});
    }

    private static long pendingBytes(Connection conn) {
        return PipelineContext.of(conn).outbound().pendingBytes();
    }

    private void stall(boolean stop) throws Exception {
        loop.runIterations(1, () -> loop.channels().get(0).stall(stop));
    }

    @Test
    void memory_is_flat_and_reader_receives_all_later() throws Exception {
        publish(0, 50);
        stall(true);
        publish(50, 600);
        long pending = pendingBytes(connections.get(0));
        publish(600, EVENTS);

        assertThat(pending).isBetween(1L, OutboundLimit.DEFAULT_BYTES);
        assertThat(pendingBytes(connections.get(0))).isEqualTo(pending);
        assertThat(topics.pendingBytes()).isZero();
        assertThat(log.bytes()).isLessThan(EVENTS * 400);
        assertThat(received.get(0)).containsExactlyElementsOf(ALL.subList(0, 50));
        for (List<Integer> numbers : received.subList(1, OTHERS + 1)) {
            assertThat(numbers).isEqualTo(ALL);
        }

        stall(false);
        awaitAll();

        assertThat(received.get(0)).isEqualTo(ALL);
        assertThat(pendingBytes(connections.get(0))).isZero();
        publish(EVENTS, EVENTS + 1);
        assertThat(received)
                .allSatisfy(numbers -> assertThat(numbers).hasSize(EVENTS + 1).endsWith(EVENTS));
        assertThat(topics.dropStats().messages()).isZero();
    }

    /** Runs iterations of the loop, in which the reader receives one slice after another. */
    private void awaitAll() throws Exception {
        for (int i = 0; i < EVENTS && received.get(0).size() < EVENTS; i++) {
            loop.runIterations(3, () -> {});
        }
        loop.runIterations(5, () -> {});
    }
}

package dev.sprocket.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.sse.EventStream;
import dev.sprocket.http.sse.SseConnection;
import dev.sprocket.http.sse.SseEvent;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.testkit.MemorySocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Overflow policies for event streams and other streamed responses. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class SlowEventStreamTest implements MessageComponent<SseConnection, Message> {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String LONG = "x".repeat(1_000);
    private static final Pattern DATA = Pattern.compile("data: (\\d+)(x*)\n\n\r\n");

    private final Topics topics = new Topics();
    private @Nullable SseConnection conn;

    @Override
    public void onOpen(SseConnection opened) {
        conn = opened;
        topics.topic("a").subscribe(Subscriber.of("s", opened, EventFormat.JSON));
        topics.topic("b").subscribe(Subscriber.of("s", opened, EventFormat.JSON));
    }

    @Override
    public void onMessage(SseConnection from, Message message) {}

    private MemorySocket stalled(OutboundLimit.Overflow overflow) {
        MemorySocket socket =
                MemorySocket.to(new HttpServer(new EventStream(this)), new OutboundLimit(10_000, overflow));
        socket.write(REQUEST);
        socket.read();
        socket.stall();
        return socket;
    }

    private SseConnection conn() {
        return Objects.requireNonNull(conn);
    }

    /** Returns the numbers of the received events. Asserts that each event is complete and has its own chunk. */
    private static List<Integer> numbers(MemorySocket socket, int length) {
        List<Integer> numbers = new ArrayList<>();
        Matcher events = DATA.matcher(socket.readText());
        while (events.find()) {
            assertThat(events.group(2)).hasSize(length);
            numbers.add(Integer.valueOf(events.group(1)));
        }
        return numbers;
    }

    @ParameterizedTest
    @EnumSource(names = "CLOSE", mode = EnumSource.Mode.EXCLUDE)
    void drops_whole_events_only(OutboundLimit.Overflow overflow) {
        MemorySocket socket = stalled(overflow);
        for (int i = 0; i < 50; i++) {
            conn().send(SseEvent.of(i + LONG));
        }
        assertThat(conn().isOpen()).isTrue();
        long dropped = IoServer.dropStats(conn()).messages();
        assertThat(dropped).isPositive();
        socket.resume();
        assertThat(numbers(socket, LONG.length()))
                .isSorted()
                .hasSize(50 - (int) dropped)
                .contains(overflow == OutboundLimit.Overflow.DROP_NEWEST ? 0 : 49);
        conn().send(SseEvent.of("50"));
        assertThat(numbers(socket, 0)).containsExactly(50);
        socket.close();
    }

    /** Keepalive comments that exceed the limit are dropped without effect on the connection. */
    @ParameterizedTest
    @EnumSource(names = "CLOSE", mode = EnumSource.Mode.EXCLUDE)
    void keepalive_comments_do_not_disconnect(OutboundLimit.Overflow overflow) {
        MemorySocket socket = stalled(overflow);
        for (int i = 0; i < 20; i++) {
            conn().send(SseEvent.of(LONG));
        }
        assertThat(IoServer.dropStats(conn()).messages()).isPositive();
        for (int i = 0; i < 100; i++) {
            socket.advance(EventStream.DEFAULT_KEEPALIVE.plus(Duration.ofSeconds(1)));
        }
        assertThat(socket.isOpen()).isTrue();
        socket.resume();
        assertThat(socket.readText()).endsWith("\r\n");
        socket.close();
    }

    @Test
    void conflation_sends_the_latest_event_of_each_topic() {
        MemorySocket socket = stalled(OutboundLimit.Overflow.CONFLATE);
        for (int i = 0; i < 6; i++) {
            conn().send(SseEvent.of(i + LONG));
        }
        for (int i = 0; i < 20; i++) {
            topics.topic("a").broadcast(Event.json(String.valueOf(i)));
            topics.topic("b").broadcast(Event.json(String.valueOf(100 + i)));
            socket.isOpen();
        }
        socket.resume();
        assertThat(socket.readText())
                .contains("data: 19\n\n", "data: 119\n\n")
                .doesNotContain("data: 18\n\n", "data: 118\n\n");
        socket.close();
    }

    @Test
    void policy_CLOSE_closes_the_stream() {
        MemorySocket socket = stalled(OutboundLimit.Overflow.CLOSE);
        for (int i = 0; i < 20; i++) {
            conn().send(SseEvent.of(i + LONG));
        }
        assertThat(conn().isOpen()).isFalse();
        assertThat(IoServer.dropStats(conn()).messages()).isZero();
        assertThat(IoServer.dropStats(conn()).connections()).isEqualTo(1);
        // pending bytes may be read until then
        socket.advance(Duration.ofSeconds(5));
        assertThat(socket.isOpen()).isFalse();
        socket.resume();
        socket.close();
    }

    /** A producer that waits for onWritable never exceeds the outbound limit. */
    @Test
    void onWritable_producer_does_not_exceed_the_limit() {
        List<Integer> sent = new ArrayList<>();
        MemorySocket socket = MemorySocket.to(
                new HttpServer(new MessageComponent<HttpConnection, Message>() {
                    @Override
                    public void onOpen(HttpConnection opened) {
                        opened.stream(HttpResponse.of(200));
                        produce(opened);
                    }

                    private void produce(HttpConnection to) {
                        if (sent.size() == 100) {
                            to.close();
                        } else {
                            to.send("data: " + sent.size() + LONG + "\n\n");
                            sent.add(sent.size());
                            to.onWritable(() -> produce(to));
                        }
                    }

                    @Override
                    public void onMessage(HttpConnection from, Message message) {}
                }),
                new OutboundLimit(10_000, OutboundLimit.Overflow.CLOSE));
        socket.stall();
        socket.write(REQUEST);
        assertThat(sent).hasSizeBetween(1, 9);
        List<Integer> arrived = new ArrayList<>();
        for (int i = 0; arrived.size() < 100 && i < 200; i++) {
            socket.resume();
            socket.stall();
            arrived.addAll(numbers(socket, LONG.length()));
        }
        assertThat(arrived).hasSize(100).isSorted();
        assertThat(socket.isOpen()).isTrue();
        socket.close();
    }
}

package dev.sprocket.sse;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.MemorySocket;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Positions, recovery and gaps in event streams. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class StreamRecoveryTest {
    private final Topics topics = new Topics(id ->
            id.startsWith("news") ? TopicSettings.DEFAULT.history(3, Duration.ofHours(1)) : TopicSettings.DEFAULT);
    private final SseSubscriber component = new SseSubscriber(topics).keepAlive(Duration.ofHours(1));
    private final Router router =
            new Router().route("GET", "/events/{topic}", component).route("GET", "/events", component);
    private final Topic news = topics.topic("news");
    private final List<MemorySocket> sockets = new ArrayList<>();

    @AfterEach
    void disconnect() {
        sockets.forEach(MemorySocket::close);
    }

    private MemorySocket open(String target, String headers) {
        MemorySocket socket = HttpPeer.to(router).socket();
        sockets.add(socket);
        socket.write("GET " + target + " HTTP/1.0\r\nHost: h\r\n" + headers + "\r\n");
        return socket;
    }

    /** Returns the body, without the reconnect time. */
    private static String body(MemorySocket socket) {
        String text = socket.readText();
        String body = text.contains("\r\n\r\n") ? text.substring(text.indexOf("\r\n\r\n") + 4) : text;
        return body.replaceFirst("^:\n\n", "").replaceFirst("^retry: \\d+\n\n", "");
    }

    @CanIgnoreReturnValue
    private String publish(int number) {
        return String.valueOf(
                news.publish(Event.of(number)).toCompletableFuture().join().position());
    }

    @Test
    void stream_begins_with_its_position() {
        MemorySocket page = open("/events/news", "");
        String begin = body(page);
        String first = publish(1);

        assertThat(begin).matches("event: position\nid: (\\w+\\.0\\.0)\ndata: \\1\n\n");
        assertThat(body(page)).isEqualTo("id: " + first + "\ndata: 1\n\n");
    }

    @ParameterizedTest
    @CsvSource({"header", "query", "both"})
    void returning_page_receives_what_it_missed(String by) {
        String first = publish(1);
        String second = publish(2);
        String third = publish(3);
        MemorySocket page = open(
                "/events/news" + (by.equals("header") ? "" : "?last-event-id=" + (by.equals("both") ? "x" : first)),
                by.equals("query") ? "" : "Last-Event-ID: " + first + "\r\n");

        assertThat(body(page))
                .isEqualTo("event: position\nid: " + first + "\ndata: " + first + "\n\n"
                        + "id: " + second + "\ndata: 2\n\n"
                        + "id: " + third + "\ndata: 3\n\n"
                        + "event: recovered\nid: " + third + "\ndata: " + third + "\n\n");
        String fourth = publish(4);
        assertThat(body(page)).isEqualTo("id: " + fourth + "\ndata: 4\n\n");
    }

    @ParameterizedTest
    @CsvSource({"none, ''", "newest, 6", "all, '4,5,6'"})
    void evicted_events_are_told_before_others(String onGap, String expected) {
        String first = publish(1);
        for (int i = 2; i <= 6; i++) {
            publish(i);
        }
        MemorySocket page = open("/events/news?on-gap=" + onGap, "Last-Event-ID: " + first + "\r\n");
        String body = body(page);

        assertThat(body)
                .matches("(?s)event: position\n.*\nevent: gap\n.*")
                .contains("data: {\"topic\":\"news\",\"from\":\"" + first + "\",\"to\":\"")
                .contains("\"reason\":\"evicted\"}");
        assertThat(body.lines().filter(line -> line.matches("data: \\d")).map(line -> line.substring(6)))
                .containsExactly(expected.isEmpty() ? new String[0] : expected.split(","));
        assertThat(body).matches("(?s).*event: recovered\n.*");
        String to = body.replaceAll("(?s).*\"to\":\"([^\"]+)\".*", "$1");
        assertThat(body).startsWith("event: position\nid: " + to + "\n");
    }

    @Test
    void unknown_id_is_a_gap() {
        publish(1);
        MemorySocket page = open("/events/news", "Last-Event-ID: 17\r\n");

        assertThat(body(page)).contains("event: gap\n", "\"from\":null", "\"reason\":\"unknown\"");
    }

    @Test
    void earliest_delivers_all_that_is_kept() {
        String first = publish(1);
        for (int i = 2; i <= 4; i++) {
            publish(i);
        }
        MemorySocket page = open("/events/news?last-event-id=earliest", "");

        assertThat(body(page))
                .startsWith("event: position\nid: " + first + "\n")
                .doesNotContain("event: gap")
                .containsSubsequence("data: 2\n", "data: 3\n", "data: 4\n", "event: recovered");
    }

    @Test
    void topic_without_history_tells_a_returning_page() {
        MemorySocket page = open("/events/plain", "Last-Event-ID: 4\r\n");
        topics.topic("plain").broadcast(Event.of(1));

        assertThat(body(page))
                .matches("event: gap\ndata: \\{\"topic\":\"plain\",\"from\":null,\"to\":null,\"reason\":\"no-log\"}\n\n"
                        + "id: \\d+\ndata: 1\n\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_NEWEST", "DROP_OLDEST"})
    void dropped_events_are_told_before_the_next(OutboundLimit.Overflow overflow) {
        MemorySocket page = MemorySocket.to(new HttpServer(router), new OutboundLimit(10_000, overflow));
        sockets.add(page);
        page.write("GET /events/plain HTTP/1.1\r\nHost: h\r\n\r\n");
        page.readText();
        page.stall();
        for (int i = 0; i < 20; i++) {
            topics.topic("plain").broadcast(Event.of("x".repeat(1000)));
            assertThat(page.isOpen()).isTrue();
        }
        page.resume();
        String slow = page.readText();
        topics.topic("plain").broadcast(Event.of(1));
        topics.topic("plain").broadcast(Event.of(2));
        String text = page.readText();

        assertThat(slow.split("x{1000}", -1)).hasSizeBetween(5, 15);
        String gap = "event: gap\ndata: {\"topic\":\"plain\",\"from\":null,\"to\":null,\"reason\":\"dropped\"}\n\n";
        assertThat(text).containsOnlyOnce(gap).containsSubsequence(gap, "data: 1\n\n", "data: 2\n\n");
    }

    @Test
    void several_topics_share_a_stream() {
        MemorySocket page = open("/events?topic=news&topic=plain&topic=news.b", "");
        String begin = body(page);
        String position = publish(1);
        topics.topic("plain").broadcast(Event.of(2));
        topics.topic("news.b").broadcast(Event.of(3));
        String live = body(page);

        assertThat(begin).matches("event: position\nid: (\\w+\\.0\\.0,-,\\w+\\.0\\.0)\ndata: \\1\n\n");
        assertThat(live)
                .startsWith("id: " + position + ",-,")
                .contains(
                        "\ndata: {\"topic\":\"news\",\"event\":1}\n\n",
                        "\ndata: {\"topic\":\"plain\",\"event\":2}\n\n",
                        "\ndata: {\"topic\":\"news.b\",\"event\":3}\n\n");
        String last = live.replaceAll("(?s).*id: ([^\n]+)\n.*", "$1");
        page.close();
        String missed = publish(4);
        MemorySocket again = open("/events?topic=news&topic=plain&topic=news.b", "Last-Event-ID: " + last + "\r\n");
        assertThat(body(again))
                .contains("id: " + missed + ",-,", "data: {\"topic\":\"news\",\"event\":4}\n\n", "\"no-log\"")
                .doesNotContain("\"event\":3");
    }

    @Test
    void unreadable_log_ends_the_stream_with_a_reason() {
        MemoryLog memory = new MemoryLog();
        EventLog down = (EventLog) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {EventLog.class},
                (self, method, args) -> method.getName().equals("find")
                        ? CompletableFuture.failedFuture(new IllegalStateException("down"))
                        : method.invoke(memory, args));
        Topics failing = new Topics(id -> TopicSettings.DEFAULT.history(3, Duration.ofHours(1)), down);
        MemorySocket page = HttpPeer.to(new Router().route("GET", "/events/{topic}", new SseSubscriber(failing)))
                .socket();
        sockets.add(page);
        page.write("GET /events/news HTTP/1.0\r\nHost: h\r\nLast-Event-ID: 1.2.3\r\n\r\n");

        assertThat(body(page))
                .isEqualTo("event: unsubscribed\ndata: {\"topic\":\"news\",\"reason\":\"history not readable\"}\n\n");
        assertThat(page.isOpen()).isFalse();
        assertThat(failing.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/events|0 topics (expected: /TOPIC, or 1-32 parameters topic)",
                "/events?topic=a&topic=a|the same topic twice (expected: different topics)",
                "/events?topic=|topic of 0 characters (expected: 1-512)",
                "/events/news?last-event-id=7|last-event-id: 7 (expected: the id of an event, or earliest)",
                "/events/news?on-gap=some|on-gap: some (expected: none, newest or all)"
            })
    void malformed_request_is_400(String target, String message) {
        assertThat(open(target, "").readText()).startsWith("HTTP/1.1 400 ").contains(message);
    }
}

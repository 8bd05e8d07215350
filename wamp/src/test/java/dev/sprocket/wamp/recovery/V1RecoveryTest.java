package dev.sprocket.wamp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.wamp.RecordingApp;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.WampPeer;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The procedures {@code sprocket.position} and {@code sprocket.recover} of WAMP v1. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V1RecoveryTest {
    private final MemoryLog memory = new MemoryLog();
    /** Delays what is read from the log, as another process would; null for none. */
    private @Nullable CompletableFuture<Void> delay;

    private final EventLog log = (EventLog) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {EventLog.class}, (self, method, args) -> {
                Object result = method.invoke(memory, args);
                return delay != null && method.getName().equals("read")
                        ? delay.thenCompose(done -> (CompletableFuture<?>) result)
                        : result;
            });
    private final Topics topics = new Topics(
            id -> id.startsWith("plain")
                    ? TopicSettings.DEFAULT.slowReaders(OutboundLimit.Overflow.DROP_NEWEST)
                    : TopicSettings.DEFAULT.history(3, Duration.ofMinutes(10)),
            log);
    private final Topic news = topics.topic("http://a/news");
    private final RecordingApp app = new RecordingApp();
    private WampPeer page;

    @BeforeEach
    void connect() {
        page = new WampPeer(app, topics);
        page.received();
        app.calls();
    }

    @AfterEach
    void close() {
        page.close();
    }

    private void publish(Object... events) {
        for (Object event : events) {
            news.broadcast(Event.of(event));
        }
    }

    private String position() {
        page.send("[2,\"p\",\"sprocket.position\",\"http://a/news\"]");
        List<String> answer = page.received();
        return result(answer.get(answer.size() - 1)).getAsString();
    }

    /** Returns the result of the only message received. */
    private JsonObject recover(String arguments) {
        page.send("[2,\"r\",\"sprocket.recover\"," + arguments + "]");
        List<String> answer = page.received();
        assertThat(answer).hasSize(1);
        return result(answer.get(0)).getAsJsonObject();
    }

    private JsonObject recoverAfter(String position) {
        return recover("\"http://a/news\",\"" + position + "\"");
    }

    private static JsonElement result(String message) {
        JsonArray items = JsonParser.parseString(message).getAsJsonArray();
        assertThat(items.get(0).getAsInt()).as(message).isEqualTo(3);
        return items.get(2);
    }

    private static List<String> events(JsonObject recovered) {
        return recovered.getAsJsonArray("events").asList().stream()
                .map(event -> event.getAsJsonObject().get("event").toString())
                .toList();
    }

    @Test
    void recovers_events_after_position() {
        page.send("[5,\"http://a/news\"]");
        publish(1);
        String before = position();
        publish("two", 3);
        page.received();

        JsonObject recovered = recoverAfter(before);

        assertThat(events(recovered)).containsExactly("\"two\"", "3");
        assertThat(recovered.get("complete").getAsBoolean()).isTrue();
        assertThat(recovered.get("gap").isJsonNull()).isTrue();
        assertThat(recovered.get("position").getAsString()).isEqualTo(position());
        JsonObject last = recovered.getAsJsonArray("events").get(1).getAsJsonObject();
        assertThat(last.get("position")).isEqualTo(recovered.get("position"));
        assertThat(app.calls()).containsExactly("subscribe http://a/news");
    }

    @Test
    void recovers_without_subscription_and_with_prefixed_topic() {
        String before = position();
        publish(1);

        page.send("[1,\"a\",\"http://a/\"]");

        assertThat(events(recover("\"a:news\",\"" + before + "\""))).containsExactly("1");
        assertThat(events(recover("\"a:news\",\"earliest\""))).containsExactly("1");
    }

    @Test
    void position_follows_events_that_it_covers() {
        page.send("[5,\"http://a/news\"]");
        publish(1);
        page.send("[2,\"p\",\"sprocket.position\",\"http://a/news\"]");
        List<String> received = page.received();
        publish(2);

        assertThat(received).hasSize(2).first().isEqualTo("[8,\"http://a/news\",1]");
        assertThat(page.received()).containsExactly("[8,\"http://a/news\",2]");
        assertThat(events(recoverAfter(result(received.get(1)).getAsString()))).containsExactly("2");
    }

    @Test
    void limit_pages_through_events() {
        String before = position();
        publish(1, 2, 3);

        JsonObject first = recover("\"http://a/news\",\"" + before + "\",2");
        JsonObject second =
                recover("\"http://a/news\",\"" + first.get("position").getAsString() + "\",2");

        assertThat(events(first)).containsExactly("1", "2");
        assertThat(first.get("complete").getAsBoolean()).isFalse();
        assertThat(events(second)).containsExactly("3");
        assertThat(second.get("complete").getAsBoolean()).isTrue();
    }

    @Test
    void evicted_events_are_a_gap_before_those_kept() {
        String before = position();
        publish(1, 2, 3, 4, 5);

        JsonObject recovered = recoverAfter(before);

        JsonObject gap = recovered.getAsJsonObject("gap");
        assertThat(gap.keySet()).containsExactly("from", "to", "reason");
        assertThat(gap.get("from").getAsString()).isEqualTo(before);
        assertThat(gap.get("reason").getAsString()).isEqualTo("evicted");
        assertThat(events(recovered)).containsExactly("3", "4", "5");
    }

    @Test
    void position_of_other_log_is_unknown() {
        publish(1);

        JsonObject foreign = recoverAfter("1xk2.1.9af3");
        JsonObject none = recover("\"http://a/news\",null");

        assertThat(foreign.getAsJsonObject("gap").get("reason").getAsString()).isEqualTo("unknown");
        assertThat(foreign.getAsJsonObject("gap").get("from").getAsString()).isEqualTo("1xk2.1.9af3");
        assertThat(none.getAsJsonObject("gap").get("from").isJsonNull()).isTrue();
        assertThat(recoverAfter(none.get("position").getAsString()).get("gap").isJsonNull())
                .isTrue();
    }

    @Test
    void topic_without_log_has_no_position() {
        page.send("[2,\"p\",\"sprocket.position\",\"plain\"]").send("[2,\"r\",\"sprocket.recover\",\"plain\",null]");

        assertThat(page.received())
                .containsExactly(
                        "[3,\"p\",null]",
                        "[3,\"r\",{\"events\":[],\"position\":null,\"complete\":true,"
                                + "\"gap\":{\"from\":null,\"to\":null,\"reason\":\"no-log\"}}]");
    }

    @Test
    void late_answer_covers_events_delivered_meanwhile() {
        page.send("[5,\"http://a/news\"]");
        String before = position();
        publish(1);
        delay = new CompletableFuture<>();
        page.send("[2,\"r\",\"sprocket.recover\",\"http://a/news\",\"" + before + "\"]");
        publish(2);
        assertThat(page.received()).containsExactly("[8,\"http://a/news\",1]", "[8,\"http://a/news\",2]");

        delay.complete(null);
        List<String> received = page.received();
        publish(3);

        assertThat(received).hasSize(1);
        assertThat(events(result(received.get(0)).getAsJsonObject())).containsExactly("1", "2");
        assertThat(page.received()).containsExactly("[8,\"http://a/news\",3]");
    }

    @Test
    void failed_read_is_answered() {
        delay = CompletableFuture.failedFuture(new IllegalStateException("log away"));

        page.send("[2,\"r\",\"sprocket.recover\",\"http://a/news\",\"earliest\"]");

        assertThat(page.received()).singleElement().asString().startsWith("[4,\"r\",\"wamp.error.unavailable\",");
    }

    @Test
    void dropped_events_are_gap_event() {
        OutboundLimit limit = new OutboundLimit(2_000, OutboundLimit.Overflow.CLOSE);
        WsServer server = new WsServer(new WampServer(app, topics, WampOptions.DEFAULT));
        try (WampPeer slow = new WampPeer(server, "wamp", Unpooled.EMPTY_BUFFER, limit)) {
            slow.send("[5,\"sprocket.gap\"]").send("[5,\"plain\"]").received();
            slow.stall(true);
            for (int i = 0; i < 10; i++) {
                topics.topic("plain").broadcast(Event.of("x".repeat(400)));
            }
            slow.channel.runPendingTasks();
            slow.stall(false);
            slow.received();
            topics.topic("plain").broadcast(Event.of("last"));

            assertThat(slow.received())
                    .containsExactly(
                            "[8,\"sprocket.gap\",{\"topic\":\"plain\",\"from\":null,\"to\":null,"
                                    + "\"reason\":\"dropped\"}]",
                            "[8,\"plain\",\"last\"]");
        }
    }

    @Test
    void events_for_others_are_passed_over() {
        String before = position();
        news.broadcast(Event.of("secret"), Audience.of(List.of(), List.of("nobody")));
        publish("open");

        JsonObject recovered = recoverAfter(before);

        assertThat(events(recovered)).containsExactly("\"open\"");
        assertThat(recovered.get("gap").isJsonNull()).isTrue();
    }

    @Test
    void answer_is_smaller_than_outbound_limit() {
        Topic large = topics.topic("large");
        for (int i = 0; i < 3; i++) {
            large.broadcast(Event.of("x".repeat(300_000)));
        }

        JsonObject first = recover("\"large\",\"earliest\"");

        assertThat(events(first)).hasSize(1);
        assertThat(first.get("complete").getAsBoolean()).isFalse();
        assertThat(page.isConnected()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"sprocket.recover\"",
                "\"sprocket.position\",7",
                "\"sprocket.position\",\"\"",
                "\"sprocket.recover\",\"t\",\"x\"",
                "\"sprocket.recover\",\"t\",5",
                "\"sprocket.recover\",\"t\",\"earliest\",0",
                "\"sprocket.recover\",\"t\",\"earliest\",1.5",
                "\"sprocket.recover\",\"t\",\"earliest\",\"1\""
            })
    void invalid_arguments_are_answered(String call) {
        page.send("[2,\"c\"," + call + "]");

        assertThat(page.received()).singleElement().asString().startsWith("[4,\"c\",\"wamp.error.invalid_argument\",");
        assertThat(page.isConnected()).isTrue();
    }

    @Test
    void requires_right_to_subscribe() {
        AccessControl.of(topics)
                .authorizer((request) ->
                        request.action() == Action.SUBSCRIBE && request.name().equals("http://a/news")
                                ? AccessDecision.hide("not you")
                                : AccessDecision.ALLOW);

        page.send("[2,\"c\",\"sprocket.recover\",\"http://a/news\",\"earliest\"]");

        assertThat(page.received()).containsExactly("[4,\"c\",\"wamp.error.not_authorized\",\"not you\"]");
    }

    @Test
    void other_reserved_procedures_reach_application() {
        page.send("[2,\"c\",\"sprocket.other\",1]").send("[5,\"sprocket.gap\"]").send("[5,\"sprocket.other\"]");

        assertThat(app.calls()).containsExactly("call sprocket.other [1]", "subscribe sprocket.gap");
    }
}

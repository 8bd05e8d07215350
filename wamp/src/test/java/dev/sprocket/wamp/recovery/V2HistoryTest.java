package dev.sprocket.wamp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Authorizer;
import dev.sprocket.wamp.OpenApp;
import dev.sprocket.wamp.StallingPeer;
import dev.sprocket.wamp.V2Peer;
import dev.sprocket.wamp.server.WampServer;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events that topics keep, by {@code wamp.subscription.get_events}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V2HistoryTest {
    private final MemoryLog memory = new MemoryLog();
    /** Reads of the log that have not been answered; null to answer immediately. */
    private @Nullable List<Runnable> late;

    private final EventLog log = (EventLog) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {EventLog.class}, (self, method, args) -> {
                Object result = method.invoke(memory, args);
                if (late == null || !method.getName().equals("read")) {
                    return result;
                }
                CompletableFuture<@Nullable Object> pending = new CompletableFuture<>();
                late.add(() -> pending.complete(((CompletableFuture<?>) result).join()));
                return pending;
            });
    private final Topics topics = new Topics(settings(5), log);
    private final V2Peer ann = V2Peer.joined(new WampServer(new OpenApp(), topics));
    private int request;

    private static Function<String, TopicSettings> settings(int size) {
        return id -> id.startsWith("news")
                ? TopicSettings.DEFAULT.history(size, Duration.ofHours(1))
                : TopicSettings.DEFAULT;
    }

    @BeforeEach
    void subscribe() {
        subscribe("{}", "news"); // has the id 1
    }

    @AfterEach
    void close() {
        ann.close();
    }

    private void subscribe(String options, String topic) {
        ann.send("[32," + ++request + "," + options + ",\"" + topic + "\"]");
        ann.received();
    }

    private void publish(String topic, int from, int to) {
        for (int i = from; i <= to; i++) {
            topics.topic(topic).broadcast(Event.of(i));
        }
        ann.received();
    }

    private String top(String topic) {
        return memory.statistics(topic).toCompletableFuture().join().top().toString();
    }

    private void call(int subscription, String keywords) {
        ann.send(
                "[48," + ++request + ",{},\"wamp.subscription.get_events\",[" + subscription + "],{" + keywords + "}]");
    }

    private JsonArray answer(int subscription, String keywords) {
        call(subscription, keywords);
        List<String> received = ann.peer.received();
        assertThat(received).hasSize(1);
        return JsonParser.parseString(received.get(0)).getAsJsonArray();
    }

    private static List<Integer> numbers(JsonArray answer) {
        assertThat(answer.get(0).getAsInt()).as(answer.toString()).isEqualTo(50);
        List<Integer> numbers = new ArrayList<>();
        for (JsonElement event : answer.get(3).getAsJsonArray()) {
            numbers.add(
                    event.getAsJsonObject().get("args").getAsJsonArray().get(0).getAsInt());
        }
        return numbers;
    }

    private static JsonObject entry(JsonArray answer, int index) {
        return answer.get(3).getAsJsonArray().get(index).getAsJsonObject();
    }

    private static JsonObject keywords(JsonArray answer) {
        return answer.get(4).getAsJsonObject();
    }

    private static String reason(JsonArray answer) {
        return keywords(answer).getAsJsonObject("gap").get("reason").getAsString();
    }

    @Test
    void answer_has_positions_and_says_whether_it_is_complete() {
        publish("news", 1, 4);

        JsonArray all = answer(1, "");
        assertThat(numbers(all)).containsExactly(1, 2, 3, 4);
        assertThat(keywords(all).toString())
                .isEqualTo("{\"complete\":true,\"position\":\"" + top("news") + "\",\"gap\":null}");
        JsonArray two = answer(1, "\"limit\":2");
        assertThat(numbers(two)).containsExactly(1, 2);
        String position =
                entry(two, 1).getAsJsonObject("details").get("_position").getAsString();
        assertThat(keywords(two).toString())
                .isEqualTo("{\"complete\":false,\"position\":\"" + position + "\",\"gap\":null}");

        assertThat(numbers(answer(1, "\"after_position\":\"" + position + "\"")))
                .containsExactly(3, 4);
    }

    @Test
    void limit_0_asks_for_the_position_only() {
        assertThat(keywords(answer(1, "\"limit\":0")).get("position").getAsString())
                .isEqualTo(top("news"));
        publish("news", 1, 2);

        JsonArray answer = answer(1, "\"limit\":0");
        assertThat(numbers(answer)).isEmpty();
        assertThat(keywords(answer).toString())
                .isEqualTo("{\"complete\":true,\"position\":\"" + top("news") + "\",\"gap\":null}");
    }

    @Test
    void reverse_returns_the_newest_events() {
        topics.settings(settings(300));
        publish("news", 1, 200);
        ann.send("[16," + ++request + ",{\"eligible_authrole\":[\"admin\"]},\"news\",[201]]");

        JsonArray answer = answer(1, "\"reverse\":true,\"limit\":2");
        assertThat(numbers(answer)).containsExactly(200, 199);
        assertThat(keywords(answer).get("complete").getAsBoolean()).isFalse();
        assertThat(keywords(answer).get("position").getAsString()).isEqualTo(top("news"));
        assertThat(numbers(answer(1, "\"reverse\":true")))
                .hasSize(200)
                .startsWith(200)
                .endsWith(1);
    }

    @Test
    void publication_ids_bound_the_events() {
        publish("news", 1, 5);
        JsonArray all = answer(1, "");
        String second = entry(all, 1).get("publication").getAsString();
        String fourth = entry(all, 3).get("publication").getAsString();

        assertThat(numbers(answer(1, "\"after_publication\":" + second))).containsExactly(3, 4, 5);
        assertThat(numbers(answer(1, "\"from_publication\":" + second + ",\"before_publication\":" + fourth)))
                .containsExactly(2, 3);
        assertThat(numbers(answer(1, "\"until_publication\":" + fourth + ",\"reverse\":true")))
                .containsExactly(4, 3, 2, 1);
        assertThat(numbers(answer(1, "\"before_publication\":5"))).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({"after_publication", "from_publication"})
    void unknown_publication_is_a_gap_without_events(String keyword) {
        publish("news", 1, 5);
        JsonArray answer = answer(1, "\"" + keyword + "\":5");

        assertThat(numbers(answer)).isEmpty();
        assertThat(keywords(answer).toString())
                .isEqualTo("{\"complete\":false,\"position\":\"" + top("news") + "\",\"gap\":{\"from\":null,\"to\":\""
                        + top("news") + "\",\"reason\":\"unknown\"}}");
    }

    @Test
    void gap_after_a_position_is_told() {
        publish("news", 1, 1);
        String first = top("news");
        publish("news", 2, 10);
        JsonArray evicted = answer(1, "\"after_position\":\"" + first + "\"");
        assertThat(numbers(evicted)).containsExactly(6, 7, 8, 9, 10);
        assertThat(reason(evicted)).isEqualTo("evicted");
        assertThat(keywords(evicted).getAsJsonObject("gap").get("from").getAsString())
                .isEqualTo(first);

        JsonArray unknown = answer(1, "\"after_position\":\"1x.3.7\"");
        assertThat(numbers(unknown)).isEmpty();
        assertThat(reason(unknown)).isEqualTo("unknown");
        assertThat(reason(answer(1, "\"after_position\":\"" + first + "\",\"limit\":0")))
                .isEqualTo("evicted");
    }

    @Test
    void all_that_is_kept_is_read_after_a_gap() {
        publish("news", 1, 1);
        String first = top("news");
        ann.send("[34," + ++request + ",1]");
        publish("news", 2, 10);
        subscribe("{\"_after\":\"" + first + "\"}", "news");

        JsonArray kept = answer(2, "");
        assertThat(numbers(kept)).containsExactly(6, 7, 8, 9, 10);
        assertThat(keywords(kept).get("position").getAsString()).isEqualTo(top("news"));
        assertThat(reason(answer(2, "\"after_position\":\"" + first + "\""))).isEqualTo("evicted");
    }

    @Test
    void topic_without_a_history_has_none() {
        subscribe("{}", "plain");
        publish("plain", 1, 1);

        assertThat(keywords(answer(2, "")).toString()).isEqualTo("{\"complete\":true,\"position\":null,\"gap\":null}");
        assertThat(reason(answer(2, "\"after_publication\":5"))).isEqualTo("no-log");
    }

    @Test
    void pattern_merges_what_its_topics_keep() throws Exception {
        subscribe("{\"match\":\"prefix\"}", "new");
        for (int i = 1; i <= 6; i++) {
            publish(i % 2 == 0 ? "news.even" : "news.odd", i, i);
            Thread.sleep(2); // the order is that of times in milliseconds
        }

        JsonArray all = answer(2, "");
        assertThat(numbers(all)).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(keywords(all).toString()).isEqualTo("{\"complete\":true,\"position\":null,\"gap\":null}");
        assertThat(entry(all, 1).getAsJsonObject("details").get("topic").getAsString())
                .isEqualTo("news.even");
        JsonArray two = answer(2, "\"limit\":2,\"reverse\":true");
        assertThat(numbers(two)).containsExactly(6, 5);
        assertThat(keywords(two).get("complete").getAsBoolean()).isFalse();
        String second = entry(all, 1).get("publication").getAsString();
        assertThat(numbers(answer(2, "\"after_publication\":" + second))).containsExactly(3, 4, 5, 6);
        assertThat(reason(answer(2, "\"after_publication\":5"))).isEqualTo("unknown");
        assertThat(numbers(answer(2, "\"topic\":\"news.even\",\"after_position\":\"earliest\"")))
                .containsExactly(2, 4, 6);
        assertThat(answer(2, "\"after_position\":\"earliest\"").toString()).contains("invalid_argument");
    }

    @Test
    void pattern_returns_at_most_thousand_events() {
        topics.settings(settings(3000));
        subscribe("{\"match\":\"prefix\"}", "news.");
        publish("news.a", 1, 700);
        publish("news.b", 701, 2500);

        JsonArray oldest = answer(2, "\"limit\":5000");
        assertThat(numbers(oldest)).hasSize(1000).startsWith(1, 2).doesNotContain(1001);
        assertThat(keywords(oldest).get("complete").getAsBoolean()).isFalse();
        assertThat(numbers(answer(2, "\"reverse\":true"))).hasSize(1000).startsWith(2500, 2499);
    }

    @Test
    void pattern_leaves_out_forbidden_topics() {
        subscribe("{\"match\":\"prefix\"}", "news.");
        AccessControl.of(topics).authorizer(new Authorizer() {
            @Override
            public AccessDecision authorize(AccessRequest access) {
                return access.name().equals("news.secret") ? AccessDecision.deny("secret") : AccessDecision.ALLOW;
            }

            @Override
            public AccessDecision authorizePattern(AccessRequest access) {
                return AccessDecision.ALLOW;
            }
        });
        publish("news.secret", 1, 2);
        publish("news.open", 3, 4);

        assertThat(numbers(answer(2, ""))).containsExactly(3, 4);
        assertThat(numbers(answer(2, "\"topic\":\"news.secret\""))).isEmpty();
    }

    @Test
    void answer_has_at_most_1_MiB_of_events() {
        for (int i = 1; i <= 4; i++) {
            topics.topic("news").broadcast(Event.of(List.of(i, "x".repeat(400_000))));
        }
        try (StallingPeer peer = new StallingPeer(
                new WampServer(new OpenApp(), topics), new OutboundLimit(8 << 20, OutboundLimit.Overflow.CLOSE))) {
            peer.send(32, "{},\"news\"");
            peer.send(48, "{},\"wamp.subscription.get_events\",[1],{\"after_position\":\"earliest\"}");

            JsonArray answer = peer.received().get(1);
            assertThat(answer.get(3).getAsJsonArray()).hasSize(2);
            assertThat(keywords(answer).get("complete").getAsBoolean()).isFalse();
        }
    }

    @Test
    void answer_takes_its_place_among_the_events() {
        publish("news", 1, 2);
        topics.topic("news").broadcast(Event.of(3)); // not yet delivered
        call(1, "");
        List<String> received = ann.received();
        topics.topic("news").broadcast(Event.of(4));

        assertThat(received).hasSize(2);
        assertThat(received.get(0)).startsWith("[36,1,P,").endsWith("[3]]");
        assertThat(numbers(JsonParser.parseString(received.get(1)).getAsJsonArray()))
                .containsExactly(1, 2, 3);
        assertThat(ann.received()).singleElement().asString().endsWith("[4]]");
    }

    @Test
    void late_answer_contains_what_was_delivered_meanwhile() {
        publish("news", 1, 2);
        List<Runnable> reads = new ArrayList<>();
        late = reads;
        call(1, "");
        assertThat(ann.received()).isEmpty();
        publish("news", 3, 3);

        for (int i = 0; i < reads.size(); i++) {
            reads.get(i).run();
            ann.peer.channel.runPendingTasks();
        }

        assertThat(reads).hasSize(2);
        assertThat(numbers(JsonParser.parseString(ann.peer.received().get(0)).getAsJsonArray()))
                .containsExactly(1, 2, 3);
    }

    @Test
    void events_for_sessions_are_not_returned() {
        ann.send("[16," + ++request + ",{\"exclude\":[5]},\"news\",[1]]")
                .send("[16," + ++request + ",{\"eligible_authrole\":[\"anonymous\"]},\"news\",[2]]")
                .send("[16," + ++request + ",{\"eligible_authrole\":[\"admin\"]},\"news\",[3]]")
                .send("[16," + ++request + ",{},\"news\",[4]]");
        ann.received();
        try (V2Peer bob = V2Peer.joined(new WampServer(new OpenApp(), topics))) {
            bob.send("[32,1,{},\"news\"]").send("[48,2,{},\"wamp.subscription.get_events\",[1]]");
            assertThat(numbers(
                            JsonParser.parseString(bob.peer.received().get(1)).getAsJsonArray()))
                    .containsExactly(2, 4);
        }
    }
}

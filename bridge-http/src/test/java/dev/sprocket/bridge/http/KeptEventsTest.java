package dev.sprocket.bridge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.PublishListener;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.MemorySocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Positions in responses, and the events that topics keep. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class KeptEventsTest {
    private static final String JSON = "Content-Type: application/json";

    private final Topics topics = new Topics(id ->
            id.startsWith("news") ? TopicSettings.DEFAULT.history(3, Duration.ofHours(1)) : TopicSettings.DEFAULT);
    private final Router router = HttpPush.builder(topics).build().on(new Router(), "/push", "/topics");

    private HttpPeer.Response send(String method, String target, String body, String... headers) {
        return HttpPeer.to(router).send(method, target, body, headers);
    }

    private JsonObject get(String target) {
        HttpPeer.Response response = send("GET", target, "");
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    @CanIgnoreReturnValue
    private String push(String topic, String event) {
        String body = send("POST", "/push/" + topic, event, JSON).body();
        return body.replaceAll("(?s).*\"position\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void push_answers_position_of_each_event() {
        String first = push("news", "1");

        assertThat(first).matches("\\w+\\.1\\.\\w+");
        assertThat(send("POST", "/push", "[{\"topic\":\"news\",\"event\":2},{\"topic\":\"plain\",\"event\":3}]", JSON)
                        .body())
                .matches("\\[\\{\"topic\":\"news\",\"subscribers\":0,\"position\":\"\\w+\\.2\\.\\w+\"},"
                        + "\\{\"topic\":\"plain\",\"subscribers\":0}]\n");
    }

    @Test
    void topic_says_what_it_keeps() {
        push("news", "1");
        String last = push("news", "\"22\"");

        JsonObject news = get("/topics/news");
        assertThat(news.get("position").getAsString()).isEqualTo(last);
        assertThat(news.get("kept").getAsInt()).isEqualTo(2);
        assertThat(news.get("keptBytes").getAsInt()).isEqualTo(2 * 160 + 5);
        assertThat(news.get("ageMillis").getAsLong()).isNotNegative();
        assertThat(get("/topics/plain").has("position")).isFalse();
    }

    @Test
    void events_are_read_after_a_position() {
        String first = push("news", "1.0");
        push("news", "{\"a\": 2}");
        String third = push("news", "3");

        JsonObject all = get("/topics/news/events");
        JsonObject part = get("/topics/news/events?after=" + first + "&limit=1");
        assertThat(send("GET", "/topics/news/events", "").body()).contains("\"event\":1.0}", "\"event\":{\"a\": 2}}");
        assertThat(all.get("events").getAsJsonArray()).hasSize(3);
        assertThat(all.get("position").getAsString()).isEqualTo(third);
        assertThat(all.get("complete").getAsBoolean()).isTrue();
        assertThat(all.get("gap").isJsonNull()).isTrue();
        assertThat(part.get("events").getAsJsonArray()).hasSize(1);
        assertThat(part.get("complete").getAsBoolean()).isFalse();
        assertThat(get("/topics/news/events?after=" + part.get("position").getAsString())
                        .get("events")
                        .getAsJsonArray())
                .hasSize(1);
    }

    @Test
    void evicted_events_are_a_gap() {
        String first = push("news", "1");
        for (int i = 2; i <= 5; i++) {
            push("news", String.valueOf(i));
        }

        JsonObject response = get("/topics/news/events?after=" + first);
        assertThat(response.get("events").getAsJsonArray()).hasSize(3);
        assertThat(response.get("gap").getAsJsonObject().get("reason").getAsString())
                .isEqualTo("evicted");
    }

    @Test
    void events_of_others_are_not_shown() {
        Topic news = topics.topic("news");
        news.broadcast(Event.of(1), Audience.of(List.of("somebody"), List.of()));
        news.broadcast(Event.of(2), Audience.except("somebody").onlyRoles(List.of("anonymous")));
        news.broadcast(Event.of(3), Audience.ALL.onlyUsers(List.of("ann")));

        assertThat(get("/topics/news/events").get("events").toString())
                .contains(":2}")
                .doesNotContain(":1}", ":3}");
    }

    @Test
    void delete_of_events_clears_the_retained_event() {
        List<String> cleared = new ArrayList<>();
        topics.addListener(new PublishListener() {
            @Override
            public void onPublished(PublishedEvent published, Audience audience) {}

            @Override
            public boolean clearRetained(String topic) {
                return cleared.add(topic);
            }
        });

        assertThat(send("DELETE", "/topics/news/events", "").status()).isEqualTo(200);
        assertThat(send("DELETE", "/topics/plain/events", "").status()).isEqualTo(200);

        assertThat(cleared).containsExactly("news", "plain");
    }

    @Test
    void events_are_removed_by_delete() {
        push("news", "1");
        String last = push("news", "2");

        assertThat(send("DELETE", "/topics/news/events", "").body()).isEqualTo("{\"topic\":\"news\",\"removed\":2}\n");
        JsonObject response = get("/topics/news/events?after=" + last);
        assertThat(response.get("events").getAsJsonArray()).isEmpty();
        assertThat(response.get("gap").isJsonNull()).isTrue();
        assertThat(send("DELETE", "/topics/plain/events", "").body())
                .isEqualTo("{\"topic\":\"plain\",\"removed\":0}\n");
    }

    @Test
    void readers_and_removal_are_authorized() {
        AccessControl.of(topics).authorizer(request -> AccessDecision.deny("nobody"));

        assertThat(send("GET", "/topics/news/events", "").status()).isEqualTo(403);
        assertThat(send("DELETE", "/topics/news/events", "").status()).isEqualTo(403);
    }

    @Test
    void failure_after_a_late_decision_is_answered() {
        EventLog log = mock(EventLog.class);
        when(log.read(any(), any(), anyInt(), anyInt()))
                .thenReturn(CompletableFuture.failedFuture(new IllegalStateException("log is away")));
        Topics broken = new Topics(id -> TopicSettings.DEFAULT.history(3, Duration.ofHours(1)), log);
        Router routes = HttpPush.builder(broken).build().on(new Router(), "/push", "/topics");
        CompletableFuture<AccessDecision> late = new CompletableFuture<>();
        AccessControl.of(broken).authorizer(request -> AccessDecision.later(late));
        MemorySocket socket = HttpPeer.to(routes).socket();
        socket.write("GET /topics/news/events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(socket.readText()).isEmpty();

        late.complete(AccessDecision.ALLOW);

        assertThat(socket.readText()).startsWith("HTTP/1.1 500 ").contains("failed, see the log");
        socket.close();
    }

    @Test
    void subscribers_of_all_nodes_are_counted() {
        CompletableFuture<EventLog.Subscribers> counted = new CompletableFuture<>();
        EventLog log = mock(EventLog.class);
        when(log.isShared()).thenReturn(true);
        when(log.isAvailable()).thenReturn(true);
        when(log.listen(any())).thenReturn(CompletableFuture.completedFuture(null));
        when(log.subscribers(any(), any(), anyInt())).thenReturn(counted);
        Topics shared = new Topics(id -> TopicSettings.DEFAULT, log);
        shared.topic("news.a").subscribe(Subscriber.of("s", Runnable::run, (name, event) -> {}));
        Router routes = HttpPush.builder(shared).build().on(new Router(), "/push", "/topics");
        MemorySocket socket = HttpPeer.to(routes).socket();
        socket.write("GET /topics?prefix=news. HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(socket.readText()).isEmpty();

        counted.complete(new EventLog.Subscribers(Map.of("news.a", 2, "news.b", 4), 2, 1));

        assertThat(socket.readText())
                .contains(
                        "{\"topic\":\"news.a\",\"subscribers\":3,",
                        "{\"topic\":\"news.b\",\"subscribers\":4,",
                        "\"total\":2,",
                        "\"nodes\":3,\"answered\":2}");
        socket.write("GET /topics/news.b HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(socket.readText()).contains("\"subscribers\":4,", "\"nodes\":3,\"answered\":2}");
        socket.close();
    }

    @Test
    void unavailable_log_is_503() {
        EventLog log = mock(EventLog.class);
        when(log.read(any(), any(), anyInt(), anyInt()))
                .thenReturn(CompletableFuture.failedFuture(new EventLog.UnavailableException("engine is away")));
        Topics broken = new Topics(id -> TopicSettings.DEFAULT.history(3, Duration.ofHours(1)), log);
        Router routes = HttpPush.builder(broken).build().on(new Router(), "/push", "/topics");

        HttpPeer.Response response = HttpPeer.to(routes).send("GET", "/topics/news/events", "");

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).contains("engine is away");
    }

    @Test
    void total_counts_visible_topics_only() {
        for (String topic : List.of("news.a", "news.b", "secret")) {
            topics.topic(topic).subscribe(Subscriber.of(topic, Runnable::run, (name, event) -> {}));
        }
        AccessControl.of(topics)
                .authorizer(request ->
                        request.name().equals("secret") ? AccessDecision.deny("secret") : AccessDecision.ALLOW);

        JsonObject list = get("/topics");

        assertThat(list.get("total").getAsInt()).isEqualTo(2);
        assertThat(list.get("topics").toString()).contains("news.a", "news.b").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "after=x, position of 1 characters",
        "limit=0, limit: 0 (expected: 1-1000)",
        "limit=1001, limit: 1001 (expected: 1-1000)",
        "limit=-1, limit: -1 (expected: 1-1000)"
    })
    void malformed_parameter_is_400(String query, String message) {
        HttpPeer.Response response = send("GET", "/topics/news/events?" + query, "");

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).contains(message);
    }
}

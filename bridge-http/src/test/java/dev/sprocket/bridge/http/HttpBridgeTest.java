package dev.sprocket.bridge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.push.Publisher;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.HttpPeer.Response;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Routes of the bridge other than pushes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class HttpBridgeTest {
    private final Topics topics = new Topics();
    private final Router router = HttpPush.builder(topics)
            .backend(Backend.token("cms", "secret"))
            .build()
            .on(new Router(), "/in", "/seen");

    private Response get(String target) {
        return HttpPeer.to(router).get(target, "Authorization: Bearer secret");
    }

    private void subscribe(String topic) {
        topics.topic(topic).subscribe(Subscriber.of("s", Runnable::run, (on, event) -> {}));
    }

    @Test
    void topics_are_listed_with_subscribers_and_counters() {
        subscribe("b");
        subscribe("a");
        topics.topic("a").broadcast(Event.of(1));

        assertThat(get("/seen").body())
                .isEqualTo("{\"topics\":[{\"topic\":\"a\",\"subscribers\":1,\"published\":1,\"dropped\":0},"
                        + "{\"topic\":\"b\",\"subscribers\":1,\"published\":0,\"dropped\":0}],"
                        + "\"total\":2,\"published\":1,\"dropped\":0,\"waiting\":0}\n");
        assertThat(get("/seen?prefix=b").body()).contains("\"total\":1").doesNotContain("\"a\"");
        assertThat(get("/seen/a").body())
                .isEqualTo("{\"topic\":\"a\",\"subscribers\":1,\"published\":1,\"dropped\":0}\n");
        assertThat(get("/seen/nobody").body()).contains("\"subscribers\":0");
        assertThat(get("/seen/" + "x".repeat(513)).status()).isEqualTo(400);
    }

    @Test
    void long_topic_list_is_truncated_with_total() {
        for (int i = 0; i < TopicsEndpoint.MAX_TOPICS + 1; i++) {
            subscribe("t" + i);
        }
        JsonObject response = JsonParser.parseString(get("/seen").body()).getAsJsonObject();

        assertThat(response.getAsJsonArray("topics")).hasSize(TopicsEndpoint.MAX_TOPICS);
        assertThat(response.get("total").getAsInt()).isEqualTo(TopicsEndpoint.MAX_TOPICS + 1);
    }

    @Test
    void every_described_path_responds_as_described() {
        JsonObject description = JsonParser.parseString(
                        HttpPeer.to(router).get("/in/openapi.json").body())
                .getAsJsonObject();

        JsonObject paths = description.getAsJsonObject("paths");
        assertThat(paths.keySet())
                .containsExactly(
                        "/in",
                        "/in/{topic}",
                        "/in/openapi.json",
                        "/seen",
                        "/seen/{topic}",
                        "/seen/{topic}/events",
                        "/seen/{topic}/retained");
        for (String path : paths.keySet()) {
            JsonObject operations = paths.getAsJsonObject(path);
            for (String method : operations.keySet()) {
                JsonObject responses = operations.getAsJsonObject(method).getAsJsonObject("responses");
                String target = path.replace("{topic}", "t");
                String body = !method.equals("post") ? "" : path.endsWith("}") ? "1" : "{\"topic\":\"t\",\"event\":1}";
                int status = HttpPeer.to(router)
                        .send(
                                method.toUpperCase(java.util.Locale.ROOT),
                                target,
                                body,
                                "Content-Type: application/json",
                                "Authorization: Bearer secret")
                        .status();
                assertThat(status).as("%s %s", method, target).isEqualTo(200);
                assertThat(responses.keySet()).contains("200").doesNotContain("202");
                boolean open = operations.getAsJsonObject(method).has("security");
                assertThat(HttpPeer.to(router)
                                .send(method.toUpperCase(java.util.Locale.ROOT), target, body)
                                .status())
                        .isEqualTo(open ? 200 : 401);
                assertThat(responses.has("401")).isEqualTo(!open);
            }
        }
    }

    @Test
    void every_reference_in_description_resolves() {
        String text = HttpPeer.to(router).get("/in/openapi.json").body();
        JsonObject description = JsonParser.parseString(text).getAsJsonObject();

        java.util.regex.Matcher references = java.util.regex.Pattern.compile("\"#/components/(\\w+)/(\\w+)\"")
                .matcher(text);
        int count = 0;
        while (references.find()) {
            assertThat(description
                            .getAsJsonObject("components")
                            .getAsJsonObject(references.group(1))
                            .keySet())
                    .contains(references.group(2));
            count++;
        }
        assertThat(count).isPositive();
    }

    @Test
    void description_omits_unserved_paths() {
        Router other = HttpPush.builder(new Publisher(topics)).build().on(new Router(), "/push");
        JsonObject description = JsonParser.parseString(
                        HttpPeer.to(other).get("/push/openapi.json").body())
                .getAsJsonObject();

        assertThat(description.getAsJsonObject("paths").keySet())
                .containsExactly("/push", "/push/{topic}", "/push/openapi.json");
        assertThat(description.has("security")).isFalse();
        assertThat(description
                        .getAsJsonObject("paths")
                        .getAsJsonObject("/push")
                        .getAsJsonObject("post")
                        .getAsJsonObject("responses")
                        .keySet())
                .contains("202")
                .doesNotContain("200");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> HttpPush.builder(new Publisher(topics)).build().on(new Router(), "/p", "/topics"))
                .withMessage("no topics to list at /topics (a component receives the pushes)");
    }

    @Test
    void topic_may_have_the_name_of_the_description() {
        assertThat(HttpPeer.to(HttpPush.builder(topics).build().on(new Router(), "/push"))
                        .postJson("/push/openapi.json", "1")
                        .body())
                .isEqualTo("{\"topic\":\"openapi.json\",\"subscribers\":0}\n");
    }

    @Test
    void non_loopback_address_requires_a_backend() {
        HttpBridge.Builder open = HttpBridge.builder(HttpPush.builder(topics).build());

        assertThatIllegalStateException()
                .isThrownBy(() -> open.bind("0.0.0.0", 0).build())
                .withMessage(
                        "bridge http: host 0.0.0.0 accepts unauthenticated messages from other machines (expected: a"
                                + " backend with a token or a signing key, or a loopback address such as 127.0.0.1)");
        assertThat(HttpBridge.builder(HttpPush.builder(topics)
                                .backend(Backend.token("cms", "x"))
                                .build())
                        .bind("0.0.0.0", 0)
                        .build())
                .isNotNull();
    }

    @Test
    void serves_on_its_own_port() throws Exception {
        HttpPush push =
                HttpPush.builder(topics).backend(Backend.token("cms", "x")).build();
        try (HttpBridge bridge = HttpBridge.builder(push)
                .bind("127.0.0.1", 0)
                .path("/p")
                .topicsPath("/t")
                .loops(EventLoops.single())
                .build()) {
            bridge.start();
            String url = "http://127.0.0.1:" + ((InetSocketAddress) bridge.address()).getPort();
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest.Builder request = HttpRequest.newBuilder()
                    .header("Authorization", "Bearer x")
                    .header("Content-Type", "application/json");

            assertThat(client.send(
                                    request.uri(URI.create(url + "/p/news"))
                                            .POST(HttpRequest.BodyPublishers.ofString("1"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body())
                    .isEqualTo("{\"topic\":\"news\",\"subscribers\":0}\n");
            assertThat(client.send(request.uri(URI.create(url + "/t")).GET().build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}

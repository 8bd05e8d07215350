package dev.sprocket.bridge.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpLimits;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class HttpPushTest {
    private final Topics topics = new Topics();
    private final List<String> published = new ArrayList<>();
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    private record Answer(int status, String head, String body) {}

    private void subscribe(String... ids) {
        for (String id : ids) {
            topics.topic(id)
                    .subscribe(Subscriber.of(
                            "s", tasks::add, (topic, event) -> published.add(topic + " " + event.json())));
        }
    }

    private List<String> published() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        return published;
    }

    private Answer send(String method, String path, String type, byte[] body) {
        EmbeddedChannel channel = new EmbeddedChannel();
        HttpPush push = HttpPush.builder(topics).topicField("category").build();
        IoServer.attach(channel, new HttpServer(push.on(new Router(), "/push")).limits(HttpLimits.DEFAULT.body(2000)));
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n"
                + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n") + "\r\n";
        channel.writeInbound(Unpooled.wrappedBuffer(head.getBytes(UTF_8), body));
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            text.append(bytes.toString(UTF_8));
            bytes.release();
        }
        channel.finishAndReleaseAll();
        String[] parts = text.toString().split("\r\n\r\n", 2);
        return new Answer(Integer.parseInt(parts[0].split(" ", 3)[1]), parts[0], parts[1]);
    }

    private Answer post(String path, String json) {
        return send("POST", path, "application/json", json.getBytes(UTF_8));
    }

    @Test
    void any_JSON_is_published_to_topic_in_path() {
        subscribe("t");

        Answer response = post("/push/t", " { \"a\" : 1.0 } ");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"topic\":\"t\",\"subscribers\":1}\n");
        assertThat(response.head()).containsIgnoringCase("Content-Type: application/json");
        assertThat(published()).containsExactly("t { \"a\" : 1.0 }");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "\"x\"", "[1,2]", "{\"topic\":\"u\",\"event\":1}"})
    void envelope_with_topic_in_path_is_an_event(String json) {
        subscribe("t", "u");

        assertThat(post("/push/t", json).status()).isEqualTo(200);

        assertThat(published()).containsExactly("t " + json);
    }

    @Test
    void topic_in_path_is_percent_decoded() {
        subscribe("http://x/é t");

        assertThat(post("/push/http%3A%2F%2Fx%2F%C3%A9%20t", "1").body())
                .isEqualTo("{\"topic\":\"http://x/é t\",\"subscribers\":1}\n");
    }

    @Test
    void envelope_contains_its_topic() {
        subscribe("t");

        assertThat(post("/push", "{\"topic\":\"t\",\"event\":[1]}"))
                .extracting(Answer::status, Answer::body)
                .containsExactly(200, "{\"topic\":\"t\",\"subscribers\":1}\n");
        assertThat(published()).containsExactly("t [1]");
    }

    @Test
    void topic_field_selects_the_topic_of_an_object() {
        subscribe("kittens");

        assertThat(post("/push", "{\"category\":\"kittens\"}").body())
                .isEqualTo("{\"topic\":\"kittens\",\"subscribers\":1}\n");
        assertThat(published()).containsExactly("kittens {\"category\":\"kittens\"}");
    }

    @Test
    void batch_gets_an_array_response() {
        subscribe("t");

        Answer response = post("/push", " [{\"topic\":\"t\",\"event\":1},{\"topic\":\"u\",\"event\":2}]");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("[{\"topic\":\"t\",\"subscribers\":1},{\"topic\":\"u\",\"subscribers\":0}]\n");
        assertThat(published()).containsExactly("t 1");
        assertThat(post("/push", "[{\"topic\":\"t\",\"event\":3}]").body())
                .isEqualTo("[{\"topic\":\"t\",\"subscribers\":1}]\n");
        assertThat(post("/push", "[]").body()).isEqualTo("[]\n");
    }

    @Test
    void batch_with_an_error_publishes_nothing() {
        subscribe("t");

        assertThat(post("/push", "[{\"topic\":\"t\",\"event\":1},{\"topic\":\"t\"}]")
                        .status())
                .isEqualTo(400);
        assertThat(published()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/push/t|{\"a\": tru}|JSON, line 1, column 7: expected true",
                "/push/t|``|JSON, line 1, column 1: expected a value",
                "/push/t|1 2|JSON, line 1, column 3: expected the end",
                "/push|7|JSON, line 1, column 1: expected an object",
                "/push|`[\n"
                        + " {\"topic\":\"\",\"event\":1}]`|JSON, line 2, column 2: topic of 0 characters (expected: 1-512)"
            })
    void syntax_error_responds_400_with_line_and_column(String path, String json, String error) {
        subscribe("t");
        Answer response = post(path, json);

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("{\"error\":\"" + error + "\"}\n");
        assertThat(published()).isEmpty();
    }

    @Test
    void too_long_topic_in_path_responds_400() {
        assertThat(post("/push/" + "x".repeat(513), "1"))
                .extracting(Answer::status, Answer::body)
                .containsExactly(400, "{\"error\":\"topic of 513 characters (expected: 1-512)\"}\n");
    }

    @Test
    void invalid_UTF8_responds_400() {
        assertThat(send("POST", "/push/t", "application/json", new byte[] {'"', (byte) 0xFF, '"'}))
                .satisfies(response -> assertThat(response.status()).isEqualTo(400))
                .satisfies(response -> assertThat(response.body()).contains("not UTF-8"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
    void other_methods_respond_405_with_Allow(String method) {
        Answer response = send(method, "/push/t", "application/json", "1".getBytes(UTF_8));

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.head()).containsIgnoringCase("\r\nAllow: POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/json x"})
    void other_content_types_respond_415(String type) {
        subscribe("t");
        Answer response = send("POST", "/push/t", type, "1".getBytes(UTF_8));

        assertThat(response.status()).isEqualTo(415);
        assertThat(response.body())
                .contains("content type " + (type.isEmpty() ? "none" : type) + " (expected: application/json)");
        assertThat(published()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json; charset=utf-8",
                "Application/JSON",
                "application/json;charset=UTF-8",
                "application/cloudevents+json"
            })
    void all_JSON_content_types_are_accepted(String type) {
        subscribe("t");

        assertThat(send("POST", "/push/t", type, "1".getBytes(UTF_8)).status()).isEqualTo(200);
        assertThat(published()).containsExactly("t 1");
    }

    @Test
    void body_over_the_limit_responds_413() {
        subscribe("t");

        assertThat(post("/push/t", "\"" + "x".repeat(1999) + "\"").status()).isEqualTo(413);
        assertThat(published()).isEmpty();
        assertThat(post("/push/t", "\"" + "x".repeat(1998) + "\"").status()).isEqualTo(200);
    }
}

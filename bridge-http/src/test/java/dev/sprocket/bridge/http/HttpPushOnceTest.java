package dev.sprocket.bridge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.filter.IpFilter;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.push.IdempotencyCache;
import dev.sprocket.pubsub.push.Publisher;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.HttpPeer.Response;
import dev.sprocket.testkit.MemorySocket;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Idempotency keys, component targets, and the pending limit. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class HttpPushOnceTest {
    private Instant now = Instant.EPOCH;
    private final InstantSource clock = () -> now;
    private final Topics topics = new Topics();
    private final List<String> received = new ArrayList<>();

    private HttpPush.Builder toTopics() {
        topics.topic("t").subscribe(Subscriber.of("s", Runnable::run, (topic, event) -> received.add(event.json())));
        return HttpPush.builder(topics).clock(clock).ticker(clock::millis);
    }

    private static Router routes(HttpPush.Builder push) {
        return push.build().on(new Router(), "/push");
    }

    @CanIgnoreReturnValue
    private static Response post(Router router, String key, String json, String... more) {
        List<String> headers = new ArrayList<>(List.of("Content-Type: application/json", "Idempotency-Key: " + key));
        headers.addAll(List.of(more));
        return HttpPeer.to(router).send("POST", "/push/t", json, headers.toArray(String[]::new));
    }

    @Test
    void repeated_key_gets_same_response_and_publishes_once() {
        Router router = routes(toTopics().idempotency(Duration.ofSeconds(10), 1 << 20));
        Response first = post(router, "k", "1");
        topics.topic("t").subscribe(Subscriber.of("late", Runnable::run, (topic, event) -> {}));
        now = now.plusMillis(9999);
        Response repeat = post(router, "k", "1");

        assertThat(repeat.status()).isEqualTo(200);
        assertThat(repeat.body()).isEqualTo(first.body()).contains("\"subscribers\":1");
        assertThat(post(router, "other", "1").body()).contains("\"subscribers\":2");
        assertThat(received).containsExactly("1", "1");

        now = now.plusMillis(1);
        post(router, "k", "1");
        assertThat(received).hasSize(3);
    }

    @Test
    void later_endpoint_with_state_of_earlier_recognizes_repeat() {
        HttpPush earlier = toTopics().build();
        Response first = post(earlier.on(new Router(), "/push"), "k", "1");
        HttpPush.Builder later = HttpPush.builder(topics).clock(clock).ticker(clock::millis);

        Response repeat = post(routes(later.stateOf(earlier)), "k", "1");

        assertThat(repeat.body()).isEqualTo(first.body());
        assertThat(received).containsExactly("1");
        post(routes(HttpPush.builder(topics).clock(clock).ticker(clock::millis)), "k", "1");
        assertThat(received).as("without shared state").containsExactly("1", "1");
    }

    @Test
    void key_of_another_request_is_rejected() {
        Router router = routes(toTopics());
        post(router, "k", "1");

        assertThat(post(router, "k", "2").status()).isEqualTo(422);
        assertThat(received).containsExactly("1");
    }

    @Test
    void key_belongs_to_its_backend() {
        Router router = routes(toTopics().backend(Backend.token("a", "a")).backend(Backend.token("b", "b")));
        for (String token : List.of("a", "b", "a")) {
            HttpPeer.to(router)
                    .send(
                            "POST",
                            "/push/t",
                            "1",
                            "Content-Type: application/json",
                            "Idempotency-Key: k",
                            "Authorization: Bearer " + token);
        }
        assertThat(received).containsExactly("1", "1");
    }

    @Test
    void rejected_request_does_not_use_up_its_key() {
        Router router = routes(toTopics());

        assertThat(post(router, "k", "x").status()).isEqualTo(400);
        assertThat(post(router, "k", "1").status()).isEqualTo(200);
    }

    @Test
    void too_long_key_is_rejected() {
        Router router = routes(toTopics());

        assertThat(post(router, "k".repeat(256), "1").status()).isEqualTo(400);
        assertThat(post(router, "k".repeat(255), "1").status()).isEqualTo(200);
    }

    @Test
    void concurrent_repeat_waits_for_the_first_response() {
        List<MemorySocket> repeats = new ArrayList<>();
        String request = "POST /push/t HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Idempotency-Key: k\r\nContent-Length: 1\r\n\r\n1";
        Router[] router = new Router[1];
        router[0] = routes(HttpPush.builder((Connection from, Message message) -> {
            received.add(message.text());
            if (received.size() == 1) {
                MemorySocket repeat = MemorySocket.to(new HttpServer(router[0]));
                repeats.add(repeat);
                repeat.write(request);
                assertThat(repeat.readText()).isEmpty();
            }
        }));

        MemorySocket first = MemorySocket.to(new HttpServer(router[0]));
        first.write(request);

        assertThat(first.readText()).startsWith("HTTP/1.1 202 ").endsWith("{\"accepted\":1}\n");
        assertThat(repeats.get(0).readText()).startsWith("HTTP/1.1 202 ").endsWith("{\"accepted\":1}\n");
        assertThat(received).containsExactly("{\"topic\":\"t\",\"event\":1}");
    }

    @Test
    void cache_is_bounded_and_never_evicts_early() {
        Router router = routes(toTopics().idempotency(Duration.ofSeconds(10), 1500));
        post(router, "a", "1");
        now = now.plusSeconds(4);
        post(router, "b", "1");

        Response full = post(router, "c", "1");
        assertThat(full.status()).isEqualTo(503);
        assertThat(full.headers()).containsEntry("retry-after", "6");
        assertThat(post(router, "a", "1").status()).isEqualTo(200);
        assertThat(received).hasSize(2);

        now = now.plusSeconds(6);
        assertThat(post(router, "c", "1").status()).isEqualTo(200);
    }

    @Test
    void component_receives_envelopes_and_response_is_202() {
        List<String> calls = new ArrayList<>();
        Router router = routes(HttpPush.builder(new MessageComponent<Connection, Message>() {
                    @Override
                    public void onOpen(Connection conn) {
                        calls.add("open");
                    }

                    @Override
                    public void onMessage(Connection from, Message message) {
                        calls.add(message.text());
                        assertThat(from.send("nobody hears it")).isFalse();
                    }

                    @Override
                    public void onClose(Connection conn) {
                        calls.add("close");
                    }
                })
                .topicField("category"));

        Response response =
                HttpPeer.to(router).postJson("/push", "[{\"category\":\"c\"},{\"topic\":\"t\",\"event\": [1] }]");

        assertThat(response.status()).isEqualTo(202);
        assertThat(response.body()).isEqualTo("{\"accepted\":2}\n");
        assertThat(calls)
                .containsExactly(
                        "open",
                        "{\"topic\":\"c\",\"event\":{\"category\":\"c\"}}",
                        "{\"topic\":\"t\",\"event\":[1]}",
                        "close");
    }

    @Test
    void failing_component_responds_500_with_progress() {
        Router router = routes(HttpPush.builder((Connection from, Message message) -> {
            received.add(message.text());
            if (received.size() == 2) {
                throw new IllegalStateException("full");
            }
        }));
        String batch = "[" + "{\"topic\":\"t\",\"event\":1},".repeat(2) + "{\"topic\":\"t\",\"event\":1}]";
        String[] headers = {"Content-Type: application/json", "Idempotency-Key: k"};

        Response response = HttpPeer.to(router).send("POST", "/push", batch, headers);
        assertThat(response.status()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("{\"error\":\"1 of 3 pushes accepted\"}\n");
        assertThat(HttpPeer.to(router).send("POST", "/push", batch, headers).status())
                .isEqualTo(500);
        assertThat(received).hasSize(2);
    }

    @Test
    void rejection_by_a_publisher_inside_filters_is_the_response() {
        Publisher publisher = new Publisher(topics).restrictTo("a");
        Router router = routes(HttpPush.builder(new IpFilter<Connection, Message>(publisher)));
        String batch = "[{\"topic\":\"a\",\"event\":1},{\"topic\":\"b\",\"event\":1}]";

        Response response = HttpPeer.to(router).postJson("/push", batch);

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body())
                .isEqualTo("{\"error\":\"topic b not allowed (expected: a); 1 of 2 pushes accepted\"}\n");
        assertThat(HttpPeer.to(router)
                        .postJson("/push", "{\"topic\":\"a\",\"event\":1}")
                        .body())
                .isEqualTo("{\"accepted\":1}\n");
    }

    @Test
    void exceeding_pending_limit_responds_503_except_for_repeats() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        topics.topic("t").subscribe(Subscriber.of("s", tasks::add, (topic, event) -> received.add(event.json())));
        Router direct = routes(HttpPush.builder(topics).pendingLimit(2000));
        Router through = routes(HttpPush.builder(new Publisher(topics)).pendingLimit(2000));
        post(direct, "k", "\"" + "x".repeat(1000) + "\"");
        assertThat(post(direct, "l", "\"" + "x".repeat(1000) + "\"").status()).isEqualTo(200);

        for (Router router : List.of(direct, through)) {
            Response refused = post(router, "m", "1");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.headers()).containsEntry("retry-after", "1");
        }
        assertThat(post(direct, "k", "\"" + "x".repeat(1000) + "\"").status()).isEqualTo(200);

        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        assertThat(post(direct, "m", "1").status()).isEqualTo(200);
        assertThat(post(through, "m", "1").status()).isEqualTo(202);
    }

    @Test
    void wall_clock_jump_changes_nothing() {
        long[] millis = {0};
        Router router = routes(HttpPush.builder(topics)
                .backend(Backend.token("cms", "t0ken").eventsPerSecond(2))
                .clock(clock)
                .ticker(() -> millis[0])
                .idempotency(Duration.ofSeconds(10), 1200));
        now = Instant.EPOCH.plus(Duration.ofDays(1));
        assertThat(post(router, "a", "1", "Authorization: Bearer t0ken").status())
                .isEqualTo(200);
        now = Instant.EPOCH;
        assertThat(post(router, "a", "1", "Authorization: Bearer t0ken").status())
                .isEqualTo(200);
        assertThat(post(router, "b", "2", "Authorization: Bearer t0ken").status())
                .isEqualTo(200);

        millis[0] = 10_000;

        assertThat(post(router, "c", "3", "Authorization: Bearer t0ken").status())
                .isEqualTo(200);
        assertThat(post(router, "d", "4", "Authorization: Bearer t0ken").status())
                .isEqualTo(200);
    }

    private static CompletableFuture<StoredResponse> done(int status) {
        return CompletableFuture.completedFuture(new StoredResponse(HttpResponse.of(status)));
    }

    @Test
    void failed_work_is_not_repeated_and_its_key_expires() {
        IdempotencyCache<StoredResponse> answered = PushState.responses(Duration.ofSeconds(10), 1 << 20);
        byte[] print = {1};
        assertThatThrownBy(() -> answered.once("k", print, 0, earlier -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");

        assertThat(answered.once("k", print, 9_999, earlier -> done(200))
                        .join()
                        .response()
                        .status())
                .isEqualTo(500);
        assertThat(answered.once("k", print, 10_000, earlier -> done(200))
                        .join()
                        .response()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void concurrent_requests_with_one_key_share_one_response() throws Exception {
        IdempotencyCache<StoredResponse> answered = PushState.responses(Duration.ofSeconds(10), 1 << 20);
        AtomicInteger done = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        CyclicBarrier together = new CyclicBarrier(8);
        try {
            for (int round = 0; round < 100; round++) {
                String key = "k" + round;
                List<Future<HttpResponse>> responses = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    responses.add(threads.submit(() -> {
                        together.await();
                        return answered.once(key, new byte[] {1}, 0, earlier -> {
                                    done.incrementAndGet();
                                    return done(200);
                                })
                                .join()
                                .response();
                    }));
                }
                HttpResponse first = responses.get(0).get(20, TimeUnit.SECONDS);
                for (Future<HttpResponse> response : responses) {
                    assertThat(response.get(20, TimeUnit.SECONDS)).isSameAs(first);
                }
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(done).hasValue(100);
    }

    @Test
    void array_of_which_a_part_is_stored_is_503() {
        MemoryLog memory = new MemoryLog();
        List<CompletableFuture<Published>> answers = new ArrayList<>();
        EventLog log = (EventLog) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {EventLog.class}, (self, method, args) -> {
                    if (!method.getName().equals("append")) {
                        return method.invoke(memory, args);
                    }
                    CompletableFuture<Published> answer = new CompletableFuture<>();
                    answers.add(answer);
                    return answer;
                });
        Topics kept = new Topics(id -> TopicSettings.DEFAULT.history(10, Duration.ofHours(1)), log);
        Router router = routes(HttpPush.builder(kept));
        String batch = "[{\"topic\":\"t\",\"event\":1,\"key\":\"1\"},{\"topic\":\"t\",\"event\":2,\"key\":\"2\"}]";
        String request = "POST /push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + batch.length() + "\r\n\r\n" + batch;
        MemorySocket socket = MemorySocket.to(new HttpServer(router));
        socket.write(request);
        assertThat(socket.readText()).as("the log has not answered").isEmpty();

        answers.get(0).complete(new Published(new Position(1, 7, 1), 3));
        answers.get(1).completeExceptionally(new IllegalStateException("log is away"));
        String response = socket.readText();
        assertThat(response).startsWith("HTTP/1.1 503 ").containsIgnoringCase("\r\nRetry-After: 1\r\n");
        assertThat(response)
                .endsWith("{\"error\":\"1 of 2 events not stored\",\"events\":["
                        + "{\"topic\":\"t\",\"subscribers\":3,\"position\":\"1.7.1\"},"
                        + "{\"topic\":\"t\",\"error\":\"not stored\"}]}\n");

        MemorySocket repeat = MemorySocket.to(new HttpServer(router));
        repeat.write(request);
        assertThat(answers).as("what failed is published again").hasSize(3);
        answers.get(2).complete(new Published(new Position(1, 8, 2), 4));
        assertThat(repeat.readText())
                .startsWith("HTTP/1.1 200 ")
                .endsWith("[{\"topic\":\"t\",\"subscribers\":3,\"position\":\"1.7.1\",\"duplicate\":true},"
                        + "{\"topic\":\"t\",\"subscribers\":4,\"position\":\"1.8.2\"}]\n");
    }
}

package dev.sprocket.bridge.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.User;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.http.route.Router;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.AccessRule;
import dev.sprocket.pubsub.access.Grantee;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.HttpPeer.Response;
import dev.sprocket.testkit.MemorySocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Policy of the topics for pushes and for the list of topics. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class HttpPushPolicyTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String TOKEN = "Authorization: Bearer cms-token";

    private final Topics topics = new Topics();
    private final List<String> received = new ArrayList<>();
    private final Router router = HttpPush.builder(topics)
            .backend(Backend.token("cms", "cms-token"))
            .build()
            .on(new Router(), "/push", "/topics");

    @BeforeEach
    void subscribe() {
        Subscriber all = Subscriber.of("s", Runnable::run, (topic, event) -> received.add(topic + " " + event.json()));
        List.of("news", "room", "closed").forEach(topic -> topics.topic(topic).subscribe(all));
    }

    private void policy(AccessPolicy policy) {
        AccessControl.of(topics).authorizer(policy);
    }

    @CanIgnoreReturnValue
    private Response push(String target, String body) {
        return HttpPeer.to(router).send("POST", target, body, JSON, TOKEN);
    }

    @Test
    void backend_publishes_where_the_policy_says_backend() {
        policy(AccessPolicy.CLOSED.topic("closed", AccessRule.EMPTY.publish(Grantee.NOBODY)));

        assertThat(push("/push/news", "1").status()).isEqualTo(200);
        Response denied = push("/push/closed", "2");

        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.body()).contains("\"error\":\"topic denied: ").contains("\"topic\":\"closed\"");
        assertThat(received).containsExactly("news 1");
        assertThat(AccessControl.of(topics).denied()).isEqualTo(1);
    }

    @Test
    void denied_event_rejects_the_whole_push() {
        policy(AccessPolicy.CLOSED.topic("closed", AccessRule.EMPTY.publish(Grantee.NOBODY)));

        Response denied = push("/push", "[{\"topic\":\"news\",\"event\":1},{\"topic\":\"closed\",\"event\":2}]");

        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.body()).contains("\"topic\":\"closed\"");
        assertThat(received).isEmpty();
    }

    @Test
    void exceeded_rate_is_429() {
        MemorySocket socket = HttpPeer.to(router).socket();
        HttpPeer peer = HttpPeer.on(socket);
        policy(AccessPolicy.CLOSED.topic(
                "room", AccessRule.EMPTY.publish(Grantee.BACKEND).rate(1, Duration.ofDays(1))));

        assertThat(peer.send("POST", "/push/room", "1", JSON, TOKEN).status()).isEqualTo(200);
        Response limited = peer.send("POST", "/push/room", "2", JSON, TOKEN);

        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.body()).contains("\"topic\":\"room\"");
        assertThat(limited.headers()).containsKey("retry-after");
        assertThat(received).containsExactly("room 1");
    }

    @Test
    void authorizer_sees_the_name_of_the_token() {
        List<AccessRequest> requests = new ArrayList<>();
        AccessControl.of(topics).authorizer(request -> {
            requests.add(request);
            return AccessDecision.ALLOW;
        });

        push("/push/news", "1");

        assertThat(requests).singleElement().satisfies(request -> {
            assertThat(request.isBackend()).isTrue();
            assertThat(request.user()).contains(User.named("cms"));
        });
    }

    @Test
    void late_decision_delays_the_response() {
        CompletableFuture<AccessDecision> first = new CompletableFuture<>();
        CompletableFuture<AccessDecision> second = new CompletableFuture<>();
        AccessControl.of(topics)
                .authorizer(request -> AccessDecision.later(request.name().equals("news") ? first : second));
        MemorySocket socket = HttpPeer.to(router).socket();
        String body = "[{\"topic\":\"news\",\"event\":1},{\"topic\":\"room\",\"event\":2}]";
        socket.write("POST /push HTTP/1.1\r\nHost: h\r\n" + JSON + "\r\n" + TOKEN + "\r\nIdempotency-Key: k\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        first.complete(AccessDecision.ALLOW);
        assertThat(socket.readText()).isEmpty();
        assertThat(received).isEmpty();

        second.complete(AccessDecision.ALLOW);

        assertThat(socket.readText()).startsWith("HTTP/1.1 200 ");
        assertThat(received).containsExactly("news 1", "room 2");
    }

    @Test
    void user_is_no_backend_without_a_door() {
        Router open = HttpPush.builder(topics).build().on(new Router(), "/push");
        policy(AccessPolicy.CLOSED.topic("room", AccessRule.EMPTY.publish(Grantee.role("editor"))));
        HttpPeer editor = HttpPeer.to(Authenticator.custom(
                request -> CompletableFuture.completedStage(
                        Optional.of(User.named("ann").roles("editor"))),
                Duration.ofSeconds(1),
                open));

        // a connection in memory has no loopback address
        assertThat(HttpPeer.to(open).send("POST", "/push/news", "1", JSON).status())
                .isEqualTo(403);
        assertThat(editor.send("POST", "/push/room", "2", JSON).status()).isEqualTo(200);
        assertThat(received).containsExactly("room 2");
    }

    @Test
    void loopback_sender_is_a_backend_without_credentials() throws IOException {
        policy(AccessPolicy.CLOSED);
        try (HttpBridge bridge = HttpBridge.builder(HttpPush.builder(topics).build())
                .bind("127.0.0.1", 0)
                .build()) {
            bridge.start();
            int port = ((InetSocketAddress) bridge.address()).getPort();

            assertThat(post(port, "")).startsWith("HTTP/1.1 200 ");
            assertThat(post(port, "X-Forwarded-For: 192.0.2.7\r\n")).startsWith("HTTP/1.1 403 ");
            assertThat(received).containsExactly("news 1");
        }
    }

    private static String post(int port, String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST /push/news HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + JSON + "\r\n"
                                    + headers + "Content-Length: 1\r\n\r\n1")
                            .getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test
    void list_shows_topics_that_the_backend_may_read() {
        policy(AccessPolicy.CLOSED
                .topic("news", AccessRule.EMPTY.subscribe(Grantee.BACKEND))
                .topic("room", AccessRule.EMPTY.subscribe(Grantee.NOBODY).publish(Grantee.NOBODY))
                .topic("closed", AccessRule.EMPTY.subscribe(Grantee.NOBODY)));

        assertThat(HttpPeer.to(router).get("/topics", TOKEN).body())
                .contains("\"topic\":\"news\"")
                .doesNotContain("\"topic\":\"room\"", "\"topic\":\"closed\"");
        assertThat(HttpPeer.to(router).get("/topics/news", TOKEN).status()).isEqualTo(200);
        assertThat(HttpPeer.to(router).get("/topics/room", TOKEN).status()).isEqualTo(403);
        assertThat(HttpPeer.to(router)
                        .send("DELETE", "/topics/closed/retained", "", TOKEN)
                        .status())
                .isEqualTo(200);
        assertThat(HttpPeer.to(router)
                        .send("DELETE", "/topics/room/retained", "", TOKEN)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void hot_topics_are_those_that_the_backend_may_read() {
        policy(AccessPolicy.CLOSED
                .topic("news", AccessRule.EMPTY.subscribe(Grantee.BACKEND))
                .topic("closed", AccessRule.EMPTY.subscribe(Grantee.NOBODY)));
        for (int i = 0; i < 64 * 200; i++) { // one of 64 is counted
            topics.topic("news").broadcast(Event.of(i));
            topics.topic("closed").broadcast(Event.of(i));
        }
        assertThat(HttpPeer.to(router).get("/topics?hot=10", TOKEN).body())
                .startsWith("{\"topics\":[{\"topic\":\"news\",\"publishesPerSecond\":")
                .endsWith("\"subscribers\":1}]}\n");
        assertThat(HttpPeer.to(router).get("/topics?hot=10").status()).isEqualTo(401);
        assertThat(HttpPeer.to(router).get("/topics?hot=many", TOKEN).body()).contains("hot=many (expected: 1-1000)");
    }
}

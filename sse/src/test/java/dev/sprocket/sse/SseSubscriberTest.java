package dev.sprocket.sse;

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
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.MemorySocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SseSubscriberTest {
    private static final Duration HOURS = Duration.ofHours(5);

    private final Topics topics = new Topics();
    private final Router router = new Router().route("GET", "/events/{topic}", new SseSubscriber(topics));
    private final List<HttpPeer> peers = new ArrayList<>();

    @AfterEach
    void disconnect() {
        peers.forEach(peer -> peer.socket().close());
    }

    private HttpPeer peer() {
        HttpPeer peer = HttpPeer.to(router);
        peers.add(peer);
        return peer;
    }

    /** Opens a stream with HTTP/1.0, so that the body has no chunks. */
    @CanIgnoreReturnValue
    private MemorySocket listening(String path) {
        MemorySocket socket = peer().socket();
        socket.write("GET " + path + " HTTP/1.0\r\nHost: h\r\n\r\n");
        assertThat(socket.readText())
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("content-type: text/event-stream\r\n");
        return socket;
    }

    @Test
    void sends_events_of_the_topic_with_increasing_ids() {
        MemorySocket page = listening("/events/news");
        assertThat(topics.topic("news").size()).isEqualTo(1);

        topics.topic("news").broadcast(Event.json("{\"title\":\"hi\"}"));
        topics.topic("other").broadcast(Event.of(1));
        topics.topic("news").broadcast(Event.of(2));

        assertThat(page.readText()).matches("id: \\d+\ndata: \\{\"title\":\"hi\"}\n\nid: \\d+\ndata: 2\n\n");
    }

    @Test
    void event_text_is_preserved_with_line_breaks() {
        MemorySocket page = listening("/events/news");

        topics.topic("news").broadcast(Event.raw("{\n  \"a\": \"é\"\r\n}".getBytes(StandardCharsets.UTF_8)));

        assertThat(page.readText()).endsWith("data: {\ndata:   \"a\": \"é\"\ndata: }\n\n");
    }

    @Test
    void events_are_chunks_in_HTTP_1_1() {
        MemorySocket socket = peer().socket();
        socket.write("GET /events/news HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(socket.readText()).containsIgnoringCase("transfer-encoding: chunked");

        topics.topic("news").broadcast(Event.of(7));

        assertThat(socket.readText()).isEqualTo("0000000f\r\nid: 1\ndata: 7\n\n\r\n");
    }

    @Test
    void topic_name_is_decoded() {
        listening("/events/b%C3%BCcher%2Fneu");

        assertThat(topics.topic("bücher/neu").size()).isEqualTo(1);
    }

    @Test
    void disconnect_unsubscribes() {
        listening("/events/news").close();

        assertThat(topics.all()).isEmpty();
    }

    @Test
    void sends_comment_without_events() {
        MemorySocket page = listening("/events/news");

        page.advance(Duration.ofSeconds(16));

        assertThat(page.readText()).isEqualTo(":\n\n");
    }

    @Test
    void stream_is_told_of_the_end_of_its_login() {
        User ann = User.named("ann").expires(Instant.now().plusSeconds(1000));
        MemorySocket page = HttpPeer.to(Authenticator.custom(
                        request -> CompletableFuture.completedStage(Optional.of(ann)),
                        Duration.ofSeconds(1),
                        new Router().route("GET", "/events/{topic}", new SseSubscriber(topics).keepAlive(HOURS))))
                .socket();
        page.write("GET /events/news HTTP/1.0\r\nHost: h\r\n\r\n");
        String head = page.readText();
        String id = head.replaceAll("(?is).*sprocket-connection-id: (\\S+).*", "$1");

        page.advance(Duration.ofSeconds(950));
        assertThat(page.readText()).isEmpty();
        page.advance(Duration.ofSeconds(25));
        assertThat(page.readText())
                .isEqualTo("event: expiring\ndata: {\"expires\":\""
                        + ann.expires().orElseThrow() + "\",\"connection\":\"" + id + "\"}\n\n");
        page.advance(Duration.ofSeconds(30));
        assertThat(page.isOpen()).isFalse();
    }

    @Test
    void denied_topic_is_403() {
        AccessControl.of(topics)
                .authorizer(request ->
                        request.name().startsWith("secret") ? AccessDecision.deny("secret") : AccessDecision.ALLOW);
        HttpPeer.Response secret = peer().get("/events/secrets");
        assertThat(secret.status()).isEqualTo(403);
        assertThat(secret.body()).isEqualTo("403 Forbidden: topic denied for clients that are not logged in\n");
        assertThat(peer().get("/events/wamp.nosuch").body()).isEqualTo(secret.body());
        assertThat(topics.all()).isEmpty();
    }

    @Test
    void restriction_and_interval_are_set_by_copies() {
        SseSubscriber all = new SseSubscriber(topics);
        SseSubscriber blog = all.restrictTo("blog.*").keepAlive(Duration.ofSeconds(5));
        Router copies = new Router().route("GET", "/blog/{topic}", blog).route("GET", "/all/{topic}", all);

        assertThat(HttpPeer.to(copies).get("/blog/news").status()).isEqualTo(403);
        MemorySocket page = HttpPeer.to(copies).socket();
        page.write("GET /blog/blog.cats HTTP/1.0\r\nHost: h\r\n\r\n");
        page.readText();
        page.advance(Duration.ofSeconds(6));
        assertThat(page.readText()).isEqualTo(":\n\n");
        MemorySocket other = HttpPeer.to(copies).socket();
        other.write("GET /all/news HTTP/1.0\r\nHost: h\r\n\r\n");
        assertThat(other.readText()).startsWith("HTTP/1.1 200 OK");
        page.close();
        other.close();
    }

    @Test
    void too_long_topic_name_is_400() {
        assertThat(peer().get("/events/" + "x".repeat(513)).status()).isEqualTo(400);
    }

    @Test
    void event_reaches_all_kinds_of_subscribers() {
        List<String> received = new ArrayList<>();
        topics.topic("news")
                .subscribe(Subscriber.of("app", Runnable::run, (topic, event) -> received.add(event.json())));
        MemorySocket one = listening("/events/news");
        MemorySocket other = listening("/events/news");

        assertThat(topics.topic("news").broadcast(Event.of("all"))).isEqualTo(3);

        assertThat(received).containsExactly("\"all\"");
        assertThat(one.readText()).isEqualTo(other.readText()).contains("data: \"all\"\n\n");
    }

    @Test
    void late_decision_delays_the_response() {
        CompletableFuture<AccessDecision> allowed = new CompletableFuture<>();
        CompletableFuture<AccessDecision> limited = new CompletableFuture<>();
        AccessControl.of(topics)
                .authorizer(request -> AccessDecision.later(request.name().equals("news") ? allowed : limited));
        MemorySocket page = peer().socket();
        page.write("GET /events/news HTTP/1.0\r\nHost: h\r\n\r\n");
        MemorySocket other = peer().socket();
        other.write("GET /events/other HTTP/1.0\r\nHost: h\r\n\r\n");
        assertThat(page.readText()).isEmpty();

        allowed.complete(AccessDecision.ALLOW);
        limited.complete(AccessDecision.limit("too many"));

        assertThat(page.readText()).startsWith("HTTP/1.1 200 OK");
        assertThat(topics.topic("news").size()).isEqualTo(1);
        assertThat(other.readText()).startsWith("HTTP/1.1 429 ");
    }

    @Test
    void late_decision_of_a_former_policy_is_made_again() {
        CompletableFuture<AccessDecision> decision = new CompletableFuture<>();
        AccessControl.of(topics).authorizer(request -> AccessDecision.later(decision));
        MemorySocket page = peer().socket();
        page.write("GET /events/news HTTP/1.0\r\nHost: h\r\n\r\n");

        AccessControl.of(topics).authorizer(request -> AccessDecision.deny("closed"));
        decision.complete(AccessDecision.ALLOW);

        assertThat(page.readText()).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void response_timeout_ends_the_wait_for_a_decision() {
        CompletableFuture<AccessDecision> decision = new CompletableFuture<>();
        AccessControl.of(topics).authorizer(request -> AccessDecision.later(decision));
        MemorySocket page = peer().socket();
        page.write("GET /events/news HTTP/1.0\r\nHost: h\r\n\r\n");

        page.advance(Duration.ofSeconds(31));
        decision.complete(AccessDecision.ALLOW);

        assertThat(page.readText()).startsWith("HTTP/1.1 503 ");
        assertThat(topics.all()).isEmpty();
    }

    @Test
    void changed_policy_ends_the_stream_with_an_event() {
        MemorySocket page = listening("/events/news");
        MemorySocket open = listening("/events/open");

        AccessControl.of(topics)
                .authorizer(request ->
                        request.name().equals("news") ? AccessDecision.deny("closed") : AccessDecision.ALLOW);
        topics.topic("open").broadcast(Event.of(1));

        assertThat(page.readText())
                .isEqualTo("event: unsubscribed\ndata: {\"topic\":\"news\",\"reason\":\"no longer authorized\"}\n\n");
        assertThat(page.isOpen()).isFalse();
        assertThat(open.readText()).contains("data: 1");
        assertThat(topics.all()).hasSize(1);
    }
}

package dev.sprocket.wamp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.wamp.OpenApp;
import dev.sprocket.wamp.StallingPeer;
import dev.sprocket.wamp.V2Peer;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampServer;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Subscriptions of WAMP v2 that continue after a position. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V2RecoveryTest {
    private static final Pattern POSITION = Pattern.compile("\"_position\":\"([^\"]+)\"");

    private final MemoryLog memory = new MemoryLog();
    /** Stage that delays or fails the answer of the log; null for an immediate answer. */
    private @Nullable CompletableFuture<Void> delay;

    private final EventLog log = (EventLog) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {EventLog.class}, (self, method, args) -> {
                Object result = method.invoke(memory, args);
                return delay != null && method.getName().equals("find")
                        ? delay.thenCompose(done -> (CompletableFuture<?>) result)
                        : result;
            });
    private final Topics topics = new Topics(
            id -> id.startsWith("news") ? TopicSettings.DEFAULT.history(3, Duration.ofHours(1)) : TopicSettings.DEFAULT,
            log);
    private final List<String> calls = new ArrayList<>();
    private final WampServer server = new WampServer(
            new OpenApp() {
                @Override
                public void onSubscribe(WampConnection conn, Topic topic) {
                    calls.add("subscribe " + topic.id());
                }

                @Override
                public void onClose(WampConnection conn) {
                    calls.add("close");
                }
            },
            topics);
    private final V2Peer ann = V2Peer.joined(server);

    @AfterEach
    void close() {
        ann.close();
    }

    private void publish(String topic, int from, int to) {
        for (int i = from; i <= to; i++) {
            topics.topic(topic).broadcast(Event.of(i));
        }
    }

    /** Returns the received messages without positions. */
    private static List<String> received(V2Peer peer) {
        return peer.received().stream()
                .map(text -> POSITION.matcher(text).replaceAll("_position"))
                .toList();
    }

    /** Returns the position of the newest event of a topic. */
    private String top(String topic) {
        return memory.statistics(topic).toCompletableFuture().join().top().toString();
    }

    private V2Peer subscribed(String options, String topic) {
        return V2Peer.joined(server).send("[32,1," + options + ",\"" + topic + "\"]");
    }

    @Test
    void events_of_a_log_carry_their_position() {
        assertThat(ann.welcome).contains("\"_recovery\":true", "\"event_history\":true");
        ann.send("[32,1,{},\"news\"]")
                .send("[32,2,{\"match\":\"prefix\"},\"new\"]")
                .send("[32,3,{},\"plain\"]");
        ann.received();
        publish("news", 1, 1);
        String top = top("news");
        publish("plain", 2, 2);

        assertThat(ann.received())
                .satisfiesExactlyInAnyOrder(
                        exact -> assertThat(exact).isEqualTo("[36,1,P,{\"_position\":\"" + top + "\"},[1]]"),
                        pattern -> assertThat(pattern)
                                .startsWith("[36,2,P,{")
                                .contains("\"topic\":\"news\"", "\"_position\":\"" + top + "\""),
                        plain -> assertThat(plain).isEqualTo("[36,3,P,{},[2]]"));
    }

    @Test
    void publication_of_an_event_is_that_of_its_acknowledgement() {
        V2Peer bob = subscribed("{}", "news");
        bob.received();
        ann.peer.send("[16,1,{\"acknowledge\":true},\"news\",[1]]");
        String publication = ann.peer.received().get(0).replaceAll(".*,(\\d+)]", "$1");

        assertThat(bob.peer.received()).singleElement().asString().startsWith("[36,1," + publication + ",");
        bob.close();
    }

    @Test
    void subscriber_receives_what_it_missed_after_subscribed() {
        publish("news", 1, 1);
        String known = top("news");
        publish("news", 2, 3);

        try (V2Peer bob = subscribed("{\"_after\":\"" + known + "\"}", "news")) {
            publish("news", 4, 4);
            assertThat(received(bob))
                    .containsExactly(
                            "[33,1,1]",
                            "[36,1,P,{_position},[2]]",
                            "[36,1,P,{_position},[3]]",
                            "[36,1,P,{_position},[4]]");
        }
        try (V2Peer cid = subscribed("{\"_after\":\"earliest\"}", "news")) {
            assertThat(received(cid)).hasSize(4).endsWith("[36,2,P,{_position},[4]]");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"_after\":\"here\"}|invalid_argument",
                "{\"_after\":7}|invalid_argument",
                "{\"_after\":\"earliest\",\"_on_gap\":\"some\"}|invalid_argument",
                "{\"_after\":\"earliest\",\"match\":\"prefix\"}|option_not_allowed",
                "{\"_after\":\"earliest\",\"match\":\"wildcard\"}|option_not_allowed"
            })
    void invalid_option_is_answered_with_an_error(String options, String error) {
        ann.send("[32,1," + options + ",\"news\"]");

        assertThat(ann.received()).singleElement().asString().startsWith("[8,32,1,{},\"wamp.error." + error + "\"");
        assertThat(topics.size()).isZero();
    }

    @Test
    void second_subscribe_is_answered_and_otherwise_ignored() {
        ann.send("[32,1,{},\"news\"]");
        publish("news", 1, 1);
        assertThat(received(ann)).containsExactly("[33,1,1]", "[36,1,P,{_position},[1]]");
        ann.send("[32,2,{\"_after\":\"earliest\"},\"news\"]");

        assertThat(received(ann)).containsExactly("[33,2,1]");
    }

    @Test
    void retained_event_in_the_log_does_not_come_twice() {
        String retain = "[16,%d,{\"retain\":true},\"news\",[%d]]";
        ann.send(String.format(retain, 1, 1)).send(String.format(retain, 2, 2));
        String top = top("news");
        try (V2Peer bob = subscribed("{\"_after\":\"earliest\",\"get_retained\":true}", "news");
                V2Peer cid = subscribed("{\"_after\":\"" + top + "\",\"get_retained\":true}", "news")) {
            assertThat(received(bob))
                    .containsExactly("[33,1,1]", "[36,1,P,{_position},[1]]", "[36,1,P,{_position},[2]]");
            assertThat(received(cid)).containsExactly("[33,1,1]");
        }
        publish("news", 3, 5);
        try (V2Peer bob = subscribed("{\"_after\":\"earliest\",\"get_retained\":true}", "news")) {
            assertThat(received(bob)).hasSize(5).startsWith("[33,1,2]", "[36,2,P,{\"retained\":true},[2]]");
        }
    }

    @Test
    void later_permission_continues_after_the_position() {
        CompletableFuture<AccessDecision> decision = new CompletableFuture<>();
        AccessControl.of(topics).authorizer(request -> AccessDecision.later(decision));
        publish("news", 1, 2);
        ann.send("[32,1,{\"_after\":\"earliest\"},\"news\"]").send("[34,2,1]");
        assertThat(ann.received()).isEmpty();

        decision.complete(AccessDecision.ALLOW);

        assertThat(received(ann)).containsExactly("[33,1,1]", "[35,2]");
        assertThat(topics.size()).isZero();
    }

    @Test
    void gap_is_told_with_the_next_event() {
        publish("news", 1, 1);
        String known = top("news");
        publish("news", 2, 5);
        String end = top("news");
        try (V2Peer bob = subscribed("{\"_after\":\"" + known + "\"}", "news")) {
            assertThat(bob.received()).containsExactly("[33,1,1]");
            publish("news", 6, 7);

            assertThat(received(bob))
                    .satisfiesExactly(
                            first -> assertThat(first)
                                    .contains("\"_gap\":{\"from\":\"" + known + "\",\"to\":\"" + end
                                            + "\",\"reason\":\"evicted\"}")
                                    .endsWith("[6]]"),
                            second -> assertThat(second).isEqualTo("[36,1,P,{_position},[7]]"));
        }
        try (V2Peer bob = subscribed("{\"_after\":\"" + known + "\",\"_on_gap\":\"newest\"}", "news")) {
            assertThat(bob.received())
                    .satisfiesExactly(
                            subscribed -> assertThat(subscribed).startsWith("[33,1,"), newest -> assertThat(newest)
                                    .contains("\"reason\":\"evicted\"")
                                    .endsWith("[7]]"));
        }
        try (V2Peer bob = subscribed("{\"_after\":\"" + known + "\"}", "plain")) {
            publish("plain", 8, 8);
            assertThat(bob.received().get(1))
                    .contains("\"_gap\":{\"from\":\"" + known + "\",\"to\":null,\"reason\":\"no-log\"}");
        }
    }

    /** Publishes more on the topic "plain" than a peer may have pending. */
    private void dropEvents(StallingPeer slow) {
        slow.received();
        slow.stall(true);
        for (int i = 1; i <= 20; i++) {
            topics.topic("plain").broadcast(Event.of(i + "x".repeat(300)));
            slow.received();
        }
        slow.stall(false);
        slow.received();
    }

    @Test
    void dropped_events_are_told_without_a_log() {
        try (StallingPeer slow =
                new StallingPeer(server, new OutboundLimit(2_000, OutboundLimit.Overflow.DROP_NEWEST))) {
            slow.send(32, "{},\"plain\"");
            dropEvents(slow);
            publish("plain", 7, 8);

            assertThat(slow.received().toString())
                    .contains("\"_gap\":{\"from\":null,\"to\":null,\"reason\":\"dropped\"}},[7]]")
                    .contains("{},[8]]");
        }
    }

    @Test
    void gap_is_event_on_topic_of_notices() {
        try (StallingPeer slow =
                new StallingPeer(server, new OutboundLimit(2_000, OutboundLimit.Overflow.DROP_NEWEST))) {
            slow.send(32, "{},\"plain\"");
            slow.send(32, "{},\"sprocket.gap\"");
            dropEvents(slow);
            publish("plain", 7, 7);

            assertThat(slow.received().toString())
                    .contains(",{},[{\"topic\":\"plain\",\"from\":null,\"to\":null,\"reason\":\"dropped\"}]]")
                    .endsWith("{},[7]]]")
                    .doesNotContain("_gap");
        }
    }

    @Test
    void testament_is_kept_for_its_audience() {
        V2Peer bob = V2Peer.joined(server);
        bob.send("[48,1,{},\"wamp.session.add_testament\",[\"news\",[\"bye\"]]]")
                .send("[48,2,{},\"wamp.session.add_testament\",[\"news\",[\"secret\"]],"
                        + "{\"publish_options\":{\"eligible_authrole\":[\"admin\"]}}]");
        bob.peer.disconnect();
        bob.close();

        ann.send("[32,1,{\"_after\":\"earliest\"},\"news\"]");

        assertThat(received(ann)).containsExactly("[33,1,1]", "[36,1,P,{_position},[\"bye\"]]");
    }

    @Test
    void requests_wait_for_a_log_that_answers_later() {
        delay = new CompletableFuture<>();
        publish("news", 1, 2);
        ann.send("[32,1,{\"_after\":\"earliest\"},\"news\"]").send("[32,2,{},\"plain\"]");
        assertThat(ann.received()).isEmpty();
        publish("news", 3, 3);
        publish("plain", 4, 4);

        delay.complete(null);

        assertThat(received(ann)).startsWith("[33,1,1]", "[33,2,2]").hasSize(5).endsWith("[36,1,P,{_position},[3]]");
        assertThat(calls).containsExactly("subscribe news", "subscribe plain");
    }

    @Test
    void unreadable_log_is_answered_with_an_error() {
        delay = CompletableFuture.failedFuture(new IllegalStateException("no engine"));
        ann.send("[32,1,{\"_after\":\"earliest\"},\"news\"]").send("[32,2,{},\"plain\"]");

        assertThat(ann.received())
                .satisfiesExactly(
                        refused -> assertThat(refused).startsWith("[8,32,1,{},\"wamp.error.unavailable\",[\""),
                        other -> assertThat(other).isEqualTo("[33,2,1]"));
        assertThat(topics.topic("news").size()).isZero();
    }

    @Test
    void end_of_the_session_cancels_a_pending_subscription() {
        delay = new CompletableFuture<>();
        ann.send("[32,1,{\"_after\":\"earliest\"},\"news\"]");
        ann.peer.disconnect();
        assertThat(calls).containsExactly("close");

        delay.complete(null);

        assertThat(calls).containsExactly("close");
        assertThat(topics.size()).isZero();
    }
}

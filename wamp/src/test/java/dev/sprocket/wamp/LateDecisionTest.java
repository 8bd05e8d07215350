package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.access.Authorizer;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Decisions about access that follow later. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LateDecisionTest {
    private final List<String> calls = new ArrayList<>();
    private final Topics topics = new Topics(
            id -> id.equals("late") ? TopicSettings.DEFAULT.history(5, Duration.ofHours(1)) : TopicSettings.DEFAULT);
    /** Open questions by action and name, such as {@code subscribe late.a}. */
    private final Map<String, CompletableFuture<AccessDecision>> questions = new LinkedHashMap<>();

    private final OpenApp app = new OpenApp() {
        @Override
        public void onSubscribe(WampConnection conn, Topic topic) {
            calls.add("subscribe " + topic.id());
        }

        @Override
        public void onUnsubscribe(WampConnection conn, Topic topic) {
            calls.add("unsubscribe " + topic.id());
        }

        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {
            calls.add("publish " + topic.id());
            super.onPublish(conn, topic, event, audience);
        }

        @Override
        public void onCall(WampConnection conn, Call call) throws Exception {
            calls.add("call " + call.procedure());
            call.result(1);
        }

        @Override
        public void onClose(WampConnection conn) {
            calls.add("close");
        }
    };

    LateDecisionTest() {
        AccessControl.of(topics).authorizer(this::decide);
    }

    /** Decides later about names that begin with {@code late}, and about {@code own} if subscribed to it. */
    private AccessDecision decide(AccessRequest request) {
        if (request.name().startsWith("late")) {
            return AccessDecision.later(
                    questions.computeIfAbsent(request.action() + " " + request.name(), q -> new CompletableFuture<>()));
        }
        return request.name().startsWith("own") && request.action() == Action.PUBLISH
                ? request.isSubscribed() ? AccessDecision.ALLOW : AccessDecision.deny("for subscribers")
                : AccessDecision.ALLOW;
    }

    private void allow(String question) {
        answer(question, AccessDecision.ALLOW);
    }

    private void answer(String question, AccessDecision decision) {
        assertThat(questions).containsKey(question);
        questions.get(question).complete(decision);
    }

    private WampServer server() {
        return new WampServer(app, topics);
    }

    private V2Peer v2() {
        return V2Peer.joined(server());
    }

    private List<String> calls() {
        List<String> all = List.copyOf(calls);
        calls.clear();
        return all;
    }

    @Test
    void decisions_take_effect_in_the_order_of_messages() {
        try (V2Peer peer = v2()) {
            peer.send("[32,1,{},\"late.a\"]").send("[32,2,{},\"late.b\"]").send("[48,3,{},\"p\"]");
            assertThat(calls()).isEmpty();

            allow("subscribe late.b");
            assertThat(peer.received()).isEmpty();
            allow("subscribe late.a");

            assertThat(calls()).containsExactly("subscribe late.a", "subscribe late.b", "call p");
            assertThat(peer.received()).containsExactly("[33,1,1]", "[33,2,2]", "[50,3,{},[1]]");
        }
    }

    @Test
    void later_requests_need_no_queue_after_the_last_decision() {
        try (V2Peer peer = v2()) {
            peer.send("[32,1,{},\"late.a\"]");
            allow("subscribe late.a");
            peer.send("[34,2,1]").send("[16,3,{\"acknowledge\":true},\"t\",[1]]");

            assertThat(calls()).containsExactly("subscribe late.a", "unsubscribe late.a", "publish t");
            assertThat(peer.received()).containsExactly("[33,1,1]", "[35,2]", "[17,3,P]");
        }
    }

    @Test
    void unsubscribe_and_unregister_wait_for_earlier_requests() {
        try (V2Peer peer = v2()) {
            peer.send("[32,1,{},\"t\"]").send("[64,2,{},\"p\"]");
            peer.received();
            peer.send("[48,3,{},\"late\"]").send("[34,4,1]").send("[66,5,1]");
            assertThat(peer.received()).isEmpty();

            answer("call late", AccessDecision.deny("no"));

            assertThat(peer.received())
                    .containsExactly("[8,48,3,{},\"wamp.error.not_authorized\",[\"no\"]]", "[35,4]", "[67,5]");
        }
    }

    @Test
    void asks_for_at_most_16_decisions_at_once() {
        try (V2Peer peer = v2()) {
            IntStream.rangeClosed(1, 20).forEach(i -> peer.send("[32," + i + ",{},\"late." + i + "\"]"));
            assertThat(questions).hasSize(16);

            allow("subscribe late.2");
            assertThat(questions).hasSize(17).containsKey("subscribe late.17");
            IntStream.rangeClosed(1, 20).filter(i -> i != 2).forEach(i -> allow("subscribe late." + i));

            assertThat(calls())
                    .isEqualTo(IntStream.rangeClosed(1, 20)
                            .mapToObj(i -> "subscribe late." + i)
                            .toList());
        }
    }

    @Test
    void early_denial_is_decided_again_after_earlier_requests() {
        AccessControl.of(topics)
                .authorizer(request -> request.action() == Action.SUBSCRIBE
                        ? AccessDecision.later(
                                questions.computeIfAbsent("subscribe own", q -> new CompletableFuture<>()))
                        : decide(request));
        try (V2Peer peer = v2()) {
            peer.send("[32,1,{},\"own\"]").send("[16,2,{\"acknowledge\":true},\"own\",[1]]");
            allow("subscribe own");

            assertThat(peer.received()).containsExactly("[33,1,1]", "[17,2,P]");
            assertThat(AccessControl.of(topics).denied()).isZero();
        }
    }

    @Test
    void cancel_ends_a_waiting_call() {
        try (V2Peer peer = v2()) {
            peer.send("[48,1,{},\"late\"]").send("[49,1,{}]");
            assertThat(peer.received()).containsExactly("[8,48,1,{},\"wamp.error.canceled\"]");

            allow("call late");

            assertThat(calls()).isEmpty();
            assertThat(peer.received()).isEmpty();
        }
    }

    @Test
    void yield_and_goodbye_do_not_wait() {
        WampServer server = server();
        try (V2Peer callee = V2Peer.joined(server);
                V2Peer caller = V2Peer.joined(server)) {
            callee.send("[64,1,{},\"com.p\"]");
            callee.received();
            callee.send("[48,2,{},\"late\"]");
            caller.send("[48,1,{},\"com.p\"]");
            assertThat(callee.received()).containsExactly("[68,1,1,{}]");

            callee.send("[70,1,{},[7]]");
            assertThat(caller.received()).containsExactly("[50,1,{},[7]]");
            callee.send("[6,{},\"wamp.close.close_realm\"]");
            assertThat(callee.received()).containsExactly("[6,{},\"wamp.close.goodbye_and_out\"]", "close 1000");
        }
    }

    @Test
    void no_callback_follows_the_end_of_the_connection() {
        try (V2Peer peer = v2()) {
            peer.send("[32,1,{},\"late\"]").send("[48,2,{},\"p\"]");
            peer.peer.disconnect();
            assertThat(calls()).containsExactly("close");

            allow("subscribe late");

            assertThat(calls()).isEmpty();
            assertThat(topics.all()).isEmpty();
        }
    }

    @Test
    void parts_of_a_progressive_call_wait_for_the_first() {
        WampServer server = server();
        try (V2Peer callee = V2Peer.joined(server);
                V2Peer caller = V2Peer.joined(server)) {
            AccessControl.of(topics).authorizer(Authorizer.ALLOW_ALL);
            callee.send("[64,1,{},\"late.p\"]");
            callee.received();
            AccessControl.of(topics).authorizer(this::decide);
            caller.send("[48,1,{\"progress\":true},\"late.p\",[1]]").send("[48,1,{},\"late.p\",[2]]");
            assertThat(callee.received()).isEmpty();

            allow("call late.p");

            assertThat(callee.received()).containsExactly("[68,1,1,{\"progress\":true},[1]]", "[68,1,1,{},[2]]");
        }
    }

    @Test
    void refuses_requests_beyond_the_memory_limit() {
        Realm realm = new Realm("realm1", app, topics).limits(RealmLimits.DEFAULT.clientBytes(2000));
        try (V2Peer peer = V2Peer.joined(new WampServer(realm))) {
            String text = "x".repeat(1000);
            peer.send("[32,1,{},\"late\"]")
                    .send("[16,2,{\"acknowledge\":true},\"t\",[\"" + text + "\"]]")
                    .send("[16,3,{\"acknowledge\":true},\"t\",[\"" + text + "\"]]")
                    .send("[48,4,{},\"p\",[\"" + text + "\"]]");
            assertThat(peer.received())
                    .containsExactly(
                            "[8,16,3,{},\"wamp.error.unavailable\","
                                    + "[\"more than 2000 bytes of waiting requests of this client\"]]",
                            "[8,48,4,{},\"wamp.error.unavailable\","
                                    + "[\"more than 2000 bytes of waiting requests of this client\"]]");

            allow("subscribe late");
            assertThat(peer.received()).containsExactly("[33,1,1]", "[17,2,P]");
            peer.send("[32,5,{},\"late.2\"]").send("[16,6,{\"acknowledge\":true},\"t\",[\"" + text + "\"]]");
            allow("subscribe late.2");
            assertThat(peer.received()).containsExactly("[33,5,2]", "[17,6,P]");
        }
    }

    @Test
    void failed_decision_denies() {
        try (V2Peer peer = v2()) {
            peer.send("[32,1,{},\"late\"]");
            questions.get("subscribe late").completeExceptionally(new IllegalStateException("no database"));

            assertThat(peer.received())
                    .containsExactly("[8,32,1,{},\"wamp.error.not_authorized\",[\"the authorizer failed\"]]");
            assertThat(AccessControl.of(topics).denied()).isEqualTo(1);
        }
    }

    @Test
    void decision_of_a_former_policy_is_made_again() {
        try (V2Peer peer = v2()) {
            peer.send("[32,1,{},\"late\"]");
            AccessControl.of(topics).authorizer(request -> AccessDecision.deny("closed"));
            allow("subscribe late");

            assertThat(peer.received()).containsExactly("[8,32,1,{},\"wamp.error.not_authorized\",[\"closed\"]]");
            assertThat(topics.all()).isEmpty();
        }
    }

    @Test
    void hidden_procedure_is_answered_like_an_unknown_one() {
        class NoProcedures implements WampComponent {}
        AccessControl.of(topics)
                .authorizer(request ->
                        request.name().equals("admin.stop") ? AccessDecision.hide("for admins") : AccessDecision.ALLOW);
        WampServer server = new WampServer(new NoProcedures(), topics);
        try (V2Peer v2 = V2Peer.joined(server);
                WampPeer v1 = new WampPeer(new NoProcedures(), topics)) {
            v2.send("[48,1,{},\"admin.stop\"]").send("[48,2,{},\"admin.none\"]");
            v2.send("[48,3,{\"progress\":true},\"admin.stop\"]").send("[48,4,{\"progress\":true},\"admin.none\"]");
            List<String> answers = v2.received();
            assertThat(answers.get(0))
                    .isEqualTo("[8,48,1,{},\"wamp.error.no_such_procedure\",[\"no procedure admin.stop\"]]")
                    .isEqualTo(answers.get(1).replace("48,2", "48,1").replace("none", "stop"));
            assertThat(answers.get(2)).isEqualTo(answers.get(3).replace("48,4", "48,3"));
            v1.received();
            assertThat(v1.send("[2,\"1\",\"admin.stop\"]").send("[2,\"1\",\"admin.none\"]").received().stream()
                            .map(text -> text.replace("none", "stop"))
                            .collect(Collectors.toSet()))
                    .containsExactly("[4,\"1\",\"wamp.error.no_such_procedure\",\"no procedure admin.stop\"]");
        }
    }

    @Test
    void exceeded_rate_is_answered_with_unavailable() {
        AccessControl.of(topics).authorizer(request -> AccessDecision.limit("more than 5 events in 1 s"));
        try (V2Peer v2 = v2();
                WampPeer v1 = new WampPeer(app, topics)) {
            v2.send("[16,1,{\"acknowledge\":true},\"t\",[1]]").send("[48,2,{},\"p\"]");
            assertThat(v2.received())
                    .containsExactly(
                            "[8,16,1,{},\"wamp.error.unavailable\",[\"more than 5 events in 1 s\"]]",
                            "[8,48,2,{},\"wamp.error.unavailable\",[\"more than 5 events in 1 s\"]]");
            v1.received();
            assertThat(v1.send("[7,\"t\",1]").send("[2,\"1\",\"p\"]").received())
                    .containsExactly("[4,\"1\",\"wamp.error.unavailable\",\"more than 5 events in 1 s\"]");
        }
    }

    @Test
    void v1_requests_take_effect_in_order() {
        try (WampPeer peer = new WampPeer(app, topics)) {
            peer.received();
            peer.send("[5,\"late\"]")
                    .send("[7,\"late\",1]")
                    .send("[2,\"1\",\"p\"]")
                    .send("[6,\"late\"]");
            allow("publish late");
            assertThat(calls()).isEmpty();

            allow("subscribe late");

            assertThat(calls()).containsExactly("subscribe late", "publish late", "call p", "unsubscribe late");
            assertThat(peer.received()).contains("[3,\"1\",1]");
        }
    }

    @Test
    void v1_connection_is_closed_beyond_the_memory_limit() {
        Realm realm = new Realm("realm1", app, topics).limits(RealmLimits.DEFAULT.clientBytes(1000));
        try (WampPeer peer = new WampPeer(new WsServer(new WampServer(realm)), "wamp", Unpooled.EMPTY_BUFFER)) {
            peer.received();
            peer.send("[5,\"late\"]").send("[7,\"t\",\"" + "x".repeat(1000) + "\"]");

            assertThat(peer.received())
                    .containsExactly("close 1008 more than 1000 bytes of waiting requests of this client");
        }
    }

    @Test
    void testament_waits_for_the_permission_to_publish() {
        WampServer server = server();
        try (V2Peer subscriber = V2Peer.joined(server);
                V2Peer peer = V2Peer.joined(server)) {
            AccessControl.of(topics).authorizer(Authorizer.ALLOW_ALL);
            subscriber.send("[32,1,{},\"late.will\"]").send("[32,2,{},\"late.other\"]");
            subscriber.received();
            AccessControl.of(topics).authorizer(this::decide);
            peer.send("[48,1,{},\"wamp.session.add_testament\",[\"late.will\",[1]]]")
                    .send("[48,2,{},\"wamp.session.add_testament\",[\"late.other\",[2]]]");
            assertThat(peer.received()).isEmpty();

            allow("publish late.will");
            answer("publish late.other", AccessDecision.deny("no"));
            assertThat(peer.received())
                    .containsExactly(
                            "[50,1,{}]", "[8,48,2,{},\"wamp.error.not_authorized\",[\"publishing on late.other\"]]");
            peer.peer.disconnect();

            assertThat(subscriber.received()).containsExactly("[36,1,P,{},[1]]");
        }
    }

    @Test
    void history_waits_for_the_permission_to_subscribe() {
        WampServer server = server();
        try (V2Peer subscriber = V2Peer.joined(server);
                V2Peer peer = V2Peer.joined(server)) {
            subscriber.send("[32,1,{},\"late\"]");
            allow("subscribe late");
            questions.clear();
            topics.topic("late").broadcast(Event.of(7));

            peer.send("[48,1,{},\"wamp.subscription.get_events\",[1]]");
            assertThat(peer.received()).isEmpty();
            allow("subscribe late");

            assertThat(peer.received()).singleElement().asString().contains("\"args\":[7]");
        }
    }
}

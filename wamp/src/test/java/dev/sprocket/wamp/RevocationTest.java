package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.access.Authorizer;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** End of subscriptions and registrations that are no longer allowed. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RevocationTest {
    private static final String REVOCABLE = "{\"subscriber\":{\"features\":{\"subscription_revocation\":true}},"
            + "\"callee\":{\"features\":{\"registration_revocation\":true}}}";

    private final List<String> calls = new ArrayList<>();
    private final Topics topics = new Topics();

    private final OpenApp app = new OpenApp() {
        @Override
        public void onUnsubscribe(WampConnection conn, Topic topic) {
            calls.add("unsubscribe " + topic);
        }

        @Override
        public void onUnregister(WampConnection conn, String procedure) {
            calls.add("unregister " + procedure);
        }

        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            topic.broadcast(event, audience);
        }
    };

    private final WampServer server = new WampServer(app, topics);

    private void deny(Predicate<AccessRequest> denied) {
        AccessControl.of(topics).authorizer(new Authorizer() {
            @Override
            public AccessDecision authorize(AccessRequest request) {
                return denied.test(request) ? AccessDecision.deny("closed") : AccessDecision.ALLOW;
            }

            @Override
            public AccessDecision authorizePattern(AccessRequest request) {
                return authorize(request);
            }
        });
    }

    @Test
    void changed_policy_ends_subscription_and_tells_the_client() {
        try (V2Peer peer = new V2Peer(server).join("realm1", REVOCABLE)) {
            peer.send("[32,1,{},\"news\"]")
                    .send("[32,2,{\"match\":\"prefix\"},\"ne\"]")
                    .send("[32,3,{},\"open\"]");
            peer.received();

            deny(request -> request.name().startsWith("ne"));

            assertThat(peer.received())
                    .hasSize(2)
                    .allSatisfy(text ->
                            assertThat(text).startsWith("[35,0,{").contains("\"reason\":\"no longer authorized\""))
                    .anySatisfy(text -> assertThat(text).contains("\"subscription\":1"))
                    .anySatisfy(text -> assertThat(text).contains("\"subscription\":2"));
            assertThat(calls).containsExactlyInAnyOrder("unsubscribe news", "unsubscribe prefix ne");
            topics.topic("news").broadcast(Event.of(1));
            topics.topic("open").broadcast(Event.of(2));
            assertThat(peer.received()).containsExactly("[36,3,P,{},[2]]");
            assertThat(AccessControl.of(topics).denied()).isEqualTo(2);
            peer.send("[34,4,1]");
            assertThat(peer.received()).singleElement().asString().contains("no_such_subscription");
        }
    }

    @Test
    void other_clients_hear_nothing_more() {
        try (V2Peer v2 = V2Peer.joined(server);
                WampPeer v1 = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER)) {
            v2.send("[32,1,{},\"news\"]");
            v1.send("[5,\"news\"]");
            v2.received();
            v1.received();

            deny(request -> true);

            assertThat(v2.received()).isEmpty();
            assertThat(v1.received()).isEmpty();
            assertThat(topics.topic("news").broadcast(Event.of(1))).isZero();
            assertThat(calls).containsExactly("unsubscribe news", "unsubscribe news");
            assertThat(v1.isConnected()).isTrue();
        }
    }

    @Test
    void changed_policy_ends_registration() {
        try (V2Peer callee = new V2Peer(server).join("realm1", REVOCABLE);
                V2Peer silent = V2Peer.joined(server);
                V2Peer caller = V2Peer.joined(server)) {
            callee.send("[64,1,{},\"com.one\"]").send("[64,2,{},\"com.two\"]");
            silent.send("[64,1,{},\"com.three\"]");
            callee.received();
            silent.received();

            deny(request ->
                    request.action() == Action.REGISTER && !request.name().equals("com.two"));

            assertThat(callee.received())
                    .singleElement()
                    .asString()
                    .startsWith("[67,0,{")
                    .contains("\"registration\":1", "\"reason\":\"no longer authorized\"");
            assertThat(silent.received()).isEmpty();
            assertThat(calls).containsExactly("unregister com.one", "unregister com.three");
            caller.send("[48,1,{},\"com.one\"]").send("[48,2,{},\"com.two\"]");
            assertThat(caller.received()).singleElement().asString().contains("no_such_procedure");
            assertThat(callee.received()).containsExactly("[68,1,2,{}]");
        }
    }

    @Test
    void subscription_of_the_application_is_not_checked() {
        List<String> heard = new ArrayList<>();
        topics.topic("news").subscribe(Subscriber.of("app", Runnable::run, (topic, event) -> heard.add(event.json())));

        deny(request -> true);
        topics.topic("news").broadcast(Event.of(1));

        assertThat(heard).containsExactly("1");
    }

    @Test
    void rights_are_checked_in_slices() {
        try (V2Peer peer = V2Peer.joined(server)) {
            for (int i = 1; i <= 250; i++) {
                peer.send("[32," + i + ",{},\"t" + i + "\"]");
            }
            peer.received();
            List<String> asked = new ArrayList<>();
            List<Integer> between = new ArrayList<>();

            deny(request -> asked.add(request.name()));
            for (int i = 0; i < 3; i++) {
                peer.peer.channel.eventLoop().execute(() -> recordLater(peer, asked, between, 4));
            }
            peer.received();

            assertThat(asked).hasSize(250);
            assertThat(between).contains(100, 200);
            assertThat(topics.all()).isEmpty();
        }
    }

    private static void recordLater(V2Peer peer, List<String> asked, List<Integer> sizes, int times) {
        sizes.add(asked.size());
        if (times > 0) {
            peer.peer.channel.eventLoop().execute(() -> recordLater(peer, asked, sizes, times - 1));
        }
    }

    @Test
    void late_decision_keeps_the_subscription_until_it_is_made() {
        CompletableFuture<AccessDecision> decision = new CompletableFuture<>();
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.send("[32,1,{},\"news\"]");
            peer.received();
            AccessControl.of(topics).authorizer(request -> AccessDecision.later(decision));
            peer.received();
            assertThat(topics.topic("news").size()).isEqualTo(1);

            decision.complete(AccessDecision.deny("gone"));
            peer.received();

            assertThat(topics.all()).isEmpty();
        }
    }

    @Test
    void changed_user_ends_subscription() {
        RecordingApp recording = new RecordingApp();
        AccessControl.of(topics)
                .authorizer(request ->
                        request.hasRole("staff") ? AccessDecision.ALLOW : AccessDecision.deny("for staff only"));
        try (WampPeer peer = new WampPeer(
                Authenticator.custom(
                        request -> CompletableFuture.completedStage(
                                Optional.of(User.named("ann").roles("staff"))),
                        Duration.ofSeconds(1),
                        new WsServer(new WampServer(recording, topics))),
                "wamp.2.json",
                Unpooled.EMPTY_BUFFER)) {
            peer.send("[1,\"realm1\",{\"roles\":" + REVOCABLE + "}]").send("[32,1,{},\"news\"]");
            peer.received();

            Authentication.find(recording.conns.get(0))
                    .orElseThrow()
                    .replace(User.named("ann").roles("guest"));

            assertThat(peer.received()).singleElement().asString().startsWith("[35,0,{");
            assertThat(topics.all()).isEmpty();
        }
    }
}

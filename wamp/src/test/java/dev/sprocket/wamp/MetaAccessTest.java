package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.User;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.access.Authorizer;
import dev.sprocket.wamp.auth.CredentialAuthenticator;
import dev.sprocket.wamp.auth.UserCredential;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access to the meta API and filtering of its results. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class MetaAccessTest {
    private static final User STAFF = User.named("ann").roles("staff");

    /** Allows everything except topics and procedures of the staff. */
    private static final class StaffOnly implements Authorizer {
        final List<String> requests = new ArrayList<>();

        @Override
        public AccessDecision authorize(AccessRequest request) {
            requests.add(request.name());
            return !request.name().startsWith("staff.") || request.hasRole("staff")
                    ? AccessDecision.ALLOW
                    : AccessDecision.deny("staff only");
        }

        @Override
        public AccessDecision authorizePattern(AccessRequest request) {
            return authorize(request);
        }
    }

    private final StaffOnly authorizer = new StaffOnly();
    private final Realm realm = new Realm("realm1", new OpenApp(), topics())
            .authenticator(CredentialAuthenticator.of(
                    CredentialAuthenticator.http(),
                    CredentialAuthenticator.ticket(List.of(UserCredential.of("bob", "user", SharedSecret.of("t")))),
                    CredentialAuthenticator.anonymous()));

    private Topics topics() {
        Topics topics = new Topics();
        AccessControl.of(topics).authorizer(authorizer);
        return topics;
    }

    private V2Peer anonymous(Realm target) {
        return V2Peer.joined(new WampServer(target));
    }

    private WampPeer authenticated(Realm target, User user, String subprotocol) {
        return new WampPeer(
                Authenticator.custom(
                        request -> CompletableFuture.completedStage(Optional.of(user)),
                        Duration.ofSeconds(1),
                        new WsServer(new WampServer(target))),
                subprotocol,
                Unpooled.EMPTY_BUFFER);
    }

    private WampPeer staff(Realm target) {
        WampPeer peer = authenticated(target, STAFF, "wamp.2.json");
        peer.send("[1,\"realm1\",{\"roles\":" + V2Peer.ROLES + "}]");
        assertThat(peer.received()).singleElement().asString().startsWith("[2,").contains("session_meta_api");
        return peer;
    }

    private WampPeer bob(Realm target) {
        WampPeer peer = new WampPeer(new WsServer(new WampServer(target)), "wamp.2.json", Unpooled.EMPTY_BUFFER);
        peer.send("[1,\"realm1\",{\"roles\":" + V2Peer.ROLES + ",\"authid\":\"bob\",\"authmethods\":[\"ticket\"]}]")
                .send("[5,\"t\",{}]");
        assertThat(peer.received().get(1)).startsWith("[2,");
        return peer;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "session.count",
                "session.list",
                "session.get",
                "session.kill_all",
                "registration.list",
                "registration.match",
                "subscription.list",
                "subscription.match",
                "subscription.get",
                "subscription.list_subscribers",
                "nosuch"
            })
    void anonymous_clients_cannot_call_meta_procedures_by_default(String procedure) {
        try (V2Peer peer = anonymous(realm.allowSessionKill());
                WampPeer v1 = new WampPeer(
                        new WsServer(new WampServer(realm.allowSessionKill())), "wamp", Unpooled.EMPTY_BUFFER)) {
            assertThat(peer.welcome).doesNotContain("session_meta_api", "subscription_meta_api", "registration_meta");
            v1.received();
            peer.send("[48,1,{},\"wamp." + procedure + "\",[\"x\"]]");
            v1.send("[2,\"c\",\"wamp." + procedure + "\",\"x\"]");

            assertThat(peer.received()).singleElement().asString().contains("wamp.error.not_authorized");
            assertThat(v1.received()).singleElement().asString().contains("wamp.error.not_authorized");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exact,wamp.session.on_join", "prefix,wamp", "prefix,wamp.", "wildcard,wamp.session."})
    void anonymous_clients_receive_no_meta_events_by_default(String subscribed) {
        String[] parts = subscribed.split(",", -1);
        try (V2Peer peer = anonymous(realm);
                WampPeer v1 = new WampPeer(new WsServer(new WampServer(realm)), "wamp", Unpooled.EMPTY_BUFFER)) {
            peer.send("[32,1,{\"match\":\"" + parts[0] + "\"},\"" + parts[1] + "\"]");
            v1.send("[5,\"" + parts[1] + "\"]");
            v1.received();
            assertThat(peer.received()).singleElement().asString().contains("wamp.error.not_authorized");

            bob(realm).close();

            assertThat(peer.received()).isEmpty();
            assertThat(v1.received()).isEmpty();
        }
    }

    @Test
    void authenticated_clients_can_use_meta_api_by_default() {
        try (WampPeer bob = bob(realm);
                WampPeer ann = authenticated(realm, STAFF, "wamp")) {
            ann.received();
            bob.send("[48,1,{},\"wamp.session.count\"]").send("[32,2,{},\"wamp.session.on_join\"]");
            ann.send("[2,\"c\",\"wamp.session.count\"]");

            assertThat(bob.received()).containsExactly("[50,1,{},[1]]", "[33,2,1]");
            assertThat(ann.received()).containsExactly("[3,\"c\",1]");
        }
    }

    @Test
    void disabled_meta_api_rejects_all_clients() {
        try (WampPeer peer = authenticated(realm.meta(MetaAccess.NOBODY), STAFF, "wamp.2.json")) {
            peer.send("[1,\"realm1\",{\"roles\":" + V2Peer.ROLES + "}]").send("[48,1,{},\"wamp.session.count\"]");

            assertThat(peer.received())
                    .satisfiesExactly(
                            one -> assertThat(one).startsWith("[2,").doesNotContain("meta_api\":true,\"subscription"),
                            two -> assertThat(two).contains("wamp.error.not_authorized"));
        }
    }

    @Test
    void meta_api_shows_authorized_topics_and_procedures() {
        try (WampPeer ann = staff(realm);
                WampPeer bob = bob(realm)) {
            ann.send("[32,1,{},\"staff.topic\"]")
                    .send("[32,2,{\"match\":\"prefix\"},\"staff.\"]")
                    .send("[64,3,{},\"staff.procedure\"]")
                    .send("[32,4,{},\"open.topic\"]")
                    .send("[64,5,{},\"open.procedure\"]");
            ann.received();

            assertThat(call(bob, 1, "subscription.list", "")).contains("\"exact\":[3]", "\"prefix\":[]");
            assertThat(call(ann, 6, "subscription.list", "")).contains("\"exact\":[1,3]", "\"prefix\":[2]");
            assertThat(call(bob, 2, "subscription.get", ",[1]")).contains("no_such_subscription");
            assertThat(call(bob, 3, "subscription.lookup", ",[\"staff.topic\"]"))
                    .isEqualTo("[50,3,{},[null]]");
            assertThat(call(bob, 4, "subscription.match", ",[\"staff.topic\"]")).isEqualTo("[50,4,{},[null]]");
            assertThat(call(ann, 7, "subscription.match", ",[\"staff.topic\"]")).isEqualTo("[50,7,{},[[1,2]]]");
            assertThat(call(bob, 5, "subscription.list_subscribers", ",[1]")).contains("no_such_subscription");
            assertThat(call(bob, 6, "subscription.count_subscribers", ",[1]")).contains("no_such_subscription");
            assertThat(call(bob, 7, "registration.list", "")).contains("\"exact\":[2]");
            assertThat(call(bob, 8, "registration.get", ",[1]")).contains("no_such_registration");
            assertThat(call(bob, 9, "registration.lookup", ",[\"staff.procedure\"]"))
                    .contains("[null]");
            assertThat(call(bob, 10, "registration.match", ",[\"staff.procedure\"]"))
                    .contains("[null]");
            assertThat(call(bob, 11, "registration.list_callees", ",[1]")).contains("no_such_registration");
            assertThat(call(bob, 12, "registration.count_callees", ",[1]")).contains("no_such_registration");
        }
    }

    @Test
    void meta_events_require_access_to_topic() {
        try (WampPeer ann = staff(realm);
                WampPeer bob = bob(realm)) {
            for (WampPeer peer : List.of(ann, bob)) {
                peer.send("[32,1,{\"match\":\"prefix\"},\"wamp.subscription.on_\"]")
                        .send("[32,2,{\"match\":\"prefix\"},\"wamp.registration.on_\"]");
            }
            try (WampPeer other = staff(realm)) {
                ann.received();
                bob.received();
                other.send("[32,1,{},\"staff.topic\"]").send("[64,2,{},\"staff.procedure\"]");
                assertThat(bob.received()).isEmpty();
                assertThat(ann.received()).hasSize(4);
                other.send("[32,3,{},\"open.topic\"]");
                assertThat(bob.received()).hasSize(2);
            }
            assertThat(bob.received()).hasSize(2);
        }
    }

    @Test
    void lists_are_paged_and_authorize_one_page() {
        try (WampPeer bob = bob(realm)) {
            for (int i = 1; i <= 30; i++) {
                bob.send("[32," + i + ",{},\"open.t" + i + "\"]");
            }
            bob.received();
            authorizer.requests.clear();

            bob.send("[48,31,{},\"wamp.subscription.list\",[],{\"limit\":2}]");
            assertThat(bob.received())
                    .singleElement()
                    .asString()
                    .contains("\"exact\":[1,2]")
                    .endsWith("{\"after\":2}]");
            assertThat(authorizer.requests).containsExactly("wamp.subscription.list", "open.t1", "open.t2");
            bob.send("[48,32,{},\"wamp.subscription.list\",[],{\"after\":28}]");
            assertThat(bob.received())
                    .singleElement()
                    .asString()
                    .contains("\"exact\":[29,30]")
                    .doesNotContain("after");
            bob.send("[48,33,{},\"wamp.subscription.list\",[],{\"limit\":1001}]");
            assertThat(bob.received()).singleElement().asString().contains("wamp.error.invalid_argument");
            bob.send("[48,34,{},\"wamp.session.list\",[],{\"limit\":\"2\"}]");
            assertThat(bob.received()).singleElement().asString().contains("wamp.error.invalid_argument");
        }
    }

    @Test
    void session_list_by_role_is_paged() {
        try (WampPeer bob = bob(realm);
                WampPeer ann = staff(realm);
                WampPeer other = staff(realm)) {
            bob.send("[48,1,{},\"wamp.session.list\",[[\"staff\"]],{\"limit\":1}]")
                    .send("[48,2,{},\"wamp.session.list\",[[\"staff\",\"user\"]]]")
                    .send("[48,3,{},\"wamp.session.count\",[[\"staff\",\"staff\"]]]");

            assertThat(bob.received())
                    .satisfiesExactly(
                            one -> assertThat(one).matches("\\[50,1,\\{},\\[\\[(\\d+)]],\\{\"after\":\\1}]"),
                            two -> assertThat(two).matches("\\[50,2,\\{},\\[\\[\\d+,\\d+,\\d+]]]"),
                            three -> assertThat(three).isEqualTo("[50,3,{},[2]]"));
            assertThat(ann.isConnected() && other.isConnected()).isTrue();
        }
    }

    @Test
    void history_of_forbidden_topic_looks_unknown() {
        try (WampPeer ann = staff(realm);
                V2Peer other = anonymous(realm)) {
            ann.send("[32,1,{},\"staff.topic\"]");
            ann.received();

            other.send("[48,1,{},\"wamp.subscription.get_events\",[1]]")
                    .send("[48,2,{},\"wamp.subscription.get_events\",[99]]");

            assertThat(other.received())
                    .allSatisfy(text -> assertThat(text).contains("wamp.error.no_such_subscription"));
        }
    }

    @Test
    void testament_is_authorized_again_on_publication() {
        List<String> denied = new ArrayList<>();
        Topics topics = new Topics();
        AccessControl.of(topics)
                .authorizer(request -> request.action() == Action.PUBLISH && denied.contains(request.name())
                        ? AccessDecision.deny("no")
                        : AccessDecision.ALLOW);
        Realm changing = new Realm("realm1", new OpenApp(), topics);
        try (V2Peer subscriber = anonymous(changing);
                V2Peer publisher = anonymous(changing)) {
            subscriber.send("[32,1,{},\"com.will\"]");
            subscriber.received();
            publisher.send("[48,1,{},\"wamp.session.add_testament\",[\"com.will\",[1]]]");
            assertThat(publisher.received()).containsExactly("[50,1,{}]");
            denied.add("com.will");

            publisher.peer.disconnect();

            assertThat(subscriber.received()).isEmpty();
        }
    }

    private static String call(WampPeer peer, int request, String procedure, String arguments) {
        peer.send("[48," + request + ",{},\"wamp." + procedure + "\"" + arguments + "]");
        return peer.received().get(0);
    }
}

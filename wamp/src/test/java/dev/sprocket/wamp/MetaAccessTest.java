package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.SharedSecret;
import dev.sprocket.http.Authenticator;
import dev.sprocket.http.User;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the meta API, and what it shows to whom. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class MetaAccessTest {
    private static final User STAFF = new User("ann", Set.of("staff"), Map.of());

    /** Lets everybody do everything, but topics and procedures of the staff. */
    private static final class StaffOnly implements Authorizer {
        final List<String> asked = new ArrayList<>();

        @Override
        public AccessDecision authorize(WampConnection conn, Action action, String uri) {
            asked.add(uri);
            return !uri.startsWith("staff.")
                            || User.find(conn)
                                    .filter(u -> u.roles().contains("staff"))
                                    .isPresent()
                    ? AccessDecision.ALLOW
                    : AccessDecision.deny("staff only");
        }

        @Override
        public AccessDecision authorize(WampConnection conn, Action action, String pattern, MatchPolicy match) {
            return authorize(conn, action, pattern);
        }
    }

    private final StaffOnly authorizer = new StaffOnly();
    private final Realm realm = new Realm("realm1", new OpenApp(), new Topics())
            .options(WampOptions.DEFAULT.authorizer(authorizer))
            .authenticator(CredentialAuthenticator.of(
                    CredentialAuthenticator.http(),
                    CredentialAuthenticator.ticket(List.of(UserCredential.of("bob", "user", SharedSecret.of("t")))),
                    CredentialAuthenticator.anonymous()));

    private V2Peer anonymous(Realm served) {
        return V2Peer.joined(new WampServer(served));
    }

    private WampPeer over(Realm served, User user, String subprotocol) {
        return new WampPeer(
                Authenticator.custom(
                        request -> CompletableFuture.completedStage(Optional.of(user)),
                        Duration.ofSeconds(1),
                        new WsServer(new WampServer(served))),
                subprotocol,
                Unpooled.EMPTY_BUFFER);
    }

    private WampPeer staff(Realm served) {
        WampPeer peer = over(served, STAFF, "wamp.2.json");
        peer.says("[1,\"realm1\",{\"roles\":" + V2Peer.ROLES + "}]");
        assertThat(peer.hears()).singleElement().asString().startsWith("[2,").contains("session_meta_api");
        return peer;
    }

    private WampPeer bob(Realm served) {
        WampPeer peer = new WampPeer(new WsServer(new WampServer(served)), "wamp.2.json", Unpooled.EMPTY_BUFFER);
        peer.says("[1,\"realm1\",{\"roles\":" + V2Peer.ROLES + ",\"authid\":\"bob\",\"authmethods\":[\"ticket\"]}]")
                .says("[5,\"t\",{}]");
        assertThat(peer.hears().get(1)).startsWith("[2,");
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
    void anonymous_clients_get_no_meta_procedure_by_default(String procedure) {
        try (V2Peer peer = anonymous(realm.allowSessionKill());
                WampPeer old = new WampPeer(
                        new WsServer(new WampServer(realm.allowSessionKill())), "wamp", Unpooled.EMPTY_BUFFER)) {
            assertThat(peer.welcome).doesNotContain("session_meta_api", "subscription_meta_api", "registration_meta");
            old.hears();
            peer.says("[48,1,{},\"wamp." + procedure + "\",[\"x\"]]");
            old.says("[2,\"c\",\"wamp." + procedure + "\",\"x\"]");

            assertThat(peer.hears()).singleElement().asString().contains("wamp.error.not_authorized");
            assertThat(old.hears()).singleElement().asString().contains("wamp.error.not_authorized");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exact,wamp.session.on_join", "prefix,wamp", "prefix,wamp.", "wildcard,wamp.session."})
    void anonymous_clients_hear_no_meta_event_by_default(String subscribed) {
        String[] parts = subscribed.split(",", -1);
        try (V2Peer peer = anonymous(realm);
                WampPeer old = new WampPeer(new WsServer(new WampServer(realm)), "wamp", Unpooled.EMPTY_BUFFER)) {
            peer.says("[32,1,{\"match\":\"" + parts[0] + "\"},\"" + parts[1] + "\"]");
            old.says("[5,\"" + parts[1] + "\"]");
            old.hears();
            assertThat(peer.hears()).singleElement().asString().contains("wamp.error.not_authorized");

            bob(realm).close();

            assertThat(peer.hears()).isEmpty();
            assertThat(old.hears()).isEmpty();
        }
    }

    @Test
    void authenticated_clients_use_the_meta_api_by_default() {
        try (WampPeer bob = bob(realm);
                WampPeer ann = over(realm, STAFF, "wamp")) {
            ann.hears();
            bob.says("[48,1,{},\"wamp.session.count\"]").says("[32,2,{},\"wamp.session.on_join\"]");
            ann.says("[2,\"c\",\"wamp.session.count\"]");

            assertThat(bob.hears()).containsExactly("[50,1,{},[1]]", "[33,2,1]");
            assertThat(ann.hears()).containsExactly("[3,\"c\",1]");
        }
    }

    @Test
    void nobody_uses_the_meta_api_where_it_is_off() {
        try (WampPeer peer = over(realm.meta(MetaAccess.NOBODY), STAFF, "wamp.2.json")) {
            peer.says("[1,\"realm1\",{\"roles\":" + V2Peer.ROLES + "}]").says("[48,1,{},\"wamp.session.count\"]");

            assertThat(peer.hears())
                    .satisfiesExactly(
                            one -> assertThat(one).startsWith("[2,").doesNotContain("meta_api\":true,\"subscription"),
                            two -> assertThat(two).contains("wamp.error.not_authorized"));
        }
    }

    @Test
    void topics_and_procedures_are_shown_to_those_who_may_use_them() {
        try (WampPeer ann = staff(realm);
                WampPeer bob = bob(realm)) {
            ann.says("[32,1,{},\"staff.topic\"]")
                    .says("[32,2,{\"match\":\"prefix\"},\"staff.\"]")
                    .says("[64,3,{},\"staff.procedure\"]")
                    .says("[32,4,{},\"open.topic\"]")
                    .says("[64,5,{},\"open.procedure\"]");
            ann.hears();

            assertThat(answer(bob, 1, "subscription.list", "")).contains("\"exact\":[3]", "\"prefix\":[]");
            assertThat(answer(ann, 6, "subscription.list", "")).contains("\"exact\":[1,3]", "\"prefix\":[2]");
            assertThat(answer(bob, 2, "subscription.get", ",[1]")).contains("no_such_subscription");
            assertThat(answer(bob, 3, "subscription.lookup", ",[\"staff.topic\"]"))
                    .isEqualTo("[50,3,{},[null]]");
            assertThat(answer(bob, 4, "subscription.match", ",[\"staff.topic\"]"))
                    .isEqualTo("[50,4,{},[null]]");
            assertThat(answer(ann, 7, "subscription.match", ",[\"staff.topic\"]"))
                    .isEqualTo("[50,7,{},[[1,2]]]");
            assertThat(answer(bob, 5, "subscription.list_subscribers", ",[1]")).contains("no_such_subscription");
            assertThat(answer(bob, 6, "subscription.count_subscribers", ",[1]")).contains("no_such_subscription");
            assertThat(answer(bob, 7, "registration.list", "")).contains("\"exact\":[2]");
            assertThat(answer(bob, 8, "registration.get", ",[1]")).contains("no_such_registration");
            assertThat(answer(bob, 9, "registration.lookup", ",[\"staff.procedure\"]"))
                    .contains("[null]");
            assertThat(answer(bob, 10, "registration.match", ",[\"staff.procedure\"]"))
                    .contains("[null]");
            assertThat(answer(bob, 11, "registration.list_callees", ",[1]")).contains("no_such_registration");
            assertThat(answer(bob, 12, "registration.count_callees", ",[1]")).contains("no_such_registration");
        }
    }

    @Test
    void meta_events_are_sent_to_those_who_may_use_the_topic() {
        try (WampPeer ann = staff(realm);
                WampPeer bob = bob(realm)) {
            for (WampPeer peer : List.of(ann, bob)) {
                peer.says("[32,1,{\"match\":\"prefix\"},\"wamp.subscription.on_\"]")
                        .says("[32,2,{\"match\":\"prefix\"},\"wamp.registration.on_\"]");
            }
            try (WampPeer other = staff(realm)) {
                ann.hears();
                bob.hears();
                other.says("[32,1,{},\"staff.topic\"]").says("[64,2,{},\"staff.procedure\"]");
                assertThat(bob.hears()).isEmpty();
                assertThat(ann.hears()).hasSize(4);
                other.says("[32,3,{},\"open.topic\"]");
                assertThat(bob.hears()).hasSize(2);
            }
            assertThat(bob.hears()).hasSize(2);
        }
    }

    @Test
    void lists_have_pages_and_ask_for_one_page_only() {
        try (WampPeer bob = bob(realm)) {
            for (int i = 1; i <= 30; i++) {
                bob.says("[32," + i + ",{},\"open.t" + i + "\"]");
            }
            bob.hears();
            authorizer.asked.clear();

            bob.says("[48,31,{},\"wamp.subscription.list\",[],{\"limit\":2}]");
            assertThat(bob.hears())
                    .singleElement()
                    .asString()
                    .contains("\"exact\":[1,2]")
                    .endsWith("{\"after\":2}]");
            assertThat(authorizer.asked).containsExactly("wamp.subscription.list", "open.t1", "open.t2");
            bob.says("[48,32,{},\"wamp.subscription.list\",[],{\"after\":28}]");
            assertThat(bob.hears())
                    .singleElement()
                    .asString()
                    .contains("\"exact\":[29,30]")
                    .doesNotContain("after");
            bob.says("[48,33,{},\"wamp.subscription.list\",[],{\"limit\":1001}]");
            assertThat(bob.hears()).singleElement().asString().contains("wamp.error.invalid_argument");
            bob.says("[48,34,{},\"wamp.session.list\",[],{\"limit\":\"2\"}]");
            assertThat(bob.hears()).singleElement().asString().contains("wamp.error.invalid_argument");
        }
    }

    @Test
    void session_list_by_role_has_pages() {
        try (WampPeer bob = bob(realm);
                WampPeer ann = staff(realm);
                WampPeer other = staff(realm)) {
            bob.says("[48,1,{},\"wamp.session.list\",[[\"staff\"]],{\"limit\":1}]")
                    .says("[48,2,{},\"wamp.session.list\",[[\"staff\",\"user\"]]]")
                    .says("[48,3,{},\"wamp.session.count\",[[\"staff\",\"staff\"]]]");

            assertThat(bob.hears())
                    .satisfiesExactly(
                            one -> assertThat(one).matches("\\[50,1,\\{},\\[\\[(\\d+)]],\\{\"after\":\\1}]"),
                            two -> assertThat(two).matches("\\[50,2,\\{},\\[\\[\\d+,\\d+,\\d+]]]"),
                            three -> assertThat(three).isEqualTo("[50,3,{},[2]]"));
            assertThat(ann.isConnected() && other.isConnected()).isTrue();
        }
    }

    @Test
    void history_of_a_secret_topic_looks_like_an_unknown_one() {
        Realm kept = realm.history(MatchPolicy.PREFIX, "staff.", 5);
        try (WampPeer ann = staff(kept);
                V2Peer other = anonymous(kept)) {
            ann.says("[32,1,{},\"staff.topic\"]");
            ann.hears();

            other.says("[48,1,{},\"wamp.subscription.get_events\",[1]]")
                    .says("[48,2,{},\"wamp.subscription.get_events\",[99]]");

            assertThat(other.hears()).allSatisfy(text -> assertThat(text).contains("wamp.error.no_such_subscription"));
        }
    }

    @Test
    void testament_is_authorized_again_when_it_is_published() {
        List<String> denied = new ArrayList<>();
        Realm changing = new Realm("realm1", new OpenApp(), new Topics())
                .options(WampOptions.DEFAULT.authorizer(
                        (conn, action, uri) -> action == Authorizer.Action.PUBLISH && denied.contains(uri)
                                ? AccessDecision.deny("no")
                                : AccessDecision.ALLOW));
        try (V2Peer heir = anonymous(changing);
                V2Peer dying = anonymous(changing)) {
            heir.says("[32,1,{},\"com.will\"]");
            heir.hears();
            dying.says("[48,1,{},\"wamp.session.add_testament\",[\"com.will\",[1]]]");
            assertThat(dying.hears()).containsExactly("[50,1,{}]");
            denied.add("com.will");

            dying.peer.vanishes();

            assertThat(heir.hears()).isEmpty();
        }
    }

    private static String answer(WampPeer peer, int request, String procedure, String arguments) {
        peer.says("[48," + request + ",{},\"wamp." + procedure + "\"" + arguments + "]");
        return peer.hears().get(0);
    }
}

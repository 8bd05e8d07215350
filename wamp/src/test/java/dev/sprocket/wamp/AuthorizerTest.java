package dev.sprocket.wamp;

import static dev.sprocket.wamp.Authorizer.Action.CALL;
import static dev.sprocket.wamp.Authorizer.Action.PUBLISH;
import static dev.sprocket.wamp.Authorizer.Action.SUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.http.Authenticator;
import dev.sprocket.http.User;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.Authorizer.Action;
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
import org.slf4j.LoggerFactory;

/** Who may subscribe, publish and call. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AuthorizerTest {
    private final RecordingApp app = new RecordingApp();
    private final Topics topics = new Topics();

    private WampServer server(Authorizer authorizer) {
        return new WampServer(app, topics, WampOptions.DEFAULT.authorizer(authorizer));
    }

    private WampPeer peer(WampServer server) {
        return settled(new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER));
    }

    private WampPeer peerOf(User user, WampServer server) {
        return settled(new WampPeer(
                Authenticator.custom(
                        request -> CompletableFuture.completedStage(Optional.of(user)),
                        Duration.ofSeconds(1),
                        new WsServer(server)),
                "wamp",
                Unpooled.EMPTY_BUFFER));
    }

    private WampPeer settled(WampPeer peer) {
        peer.hears();
        app.calls();
        return peer;
    }

    /** What is logged meanwhile about authorization. */
    private static List<String> logged(Runnable doing) {
        Logger logger = (Logger) LoggerFactory.getLogger(Authorizer.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            doing.run();
        } finally {
            logger.detachAppender(lines);
        }
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void each_subscribe_publish_and_call_is_asked_for_with_its_URI_expanded() {
        List<String> asked = new ArrayList<>();
        WampServer server = server((conn, action, uri) -> {
            asked.add(action + " " + uri + " " + conn.sessionId());
            return AccessDecision.ALLOW;
        });
        try (WampPeer peer = peer(server)) {
            peer.says("[1,\"ex\",\"http://ex/\"]")
                    .says("[5,\"ex:t\"]")
                    .says("[7,\"ex:t\",1]")
                    .says("[2,1,\"ex:p\"]")
                    .says("[6,\"ex:t\"]");

            String id = app.conns.get(0).sessionId();
            assertThat(asked)
                    .containsExactly(
                            "SUBSCRIBE http://ex/t " + id, "PUBLISH http://ex/t " + id, "CALL http://ex/p " + id);
            assertThat(app.calls()).hasSize(4);
            assertThat(server.denied()).isZero();
        }
    }

    @Test
    void a_denied_subscribe_has_no_effect_and_no_answer() {
        WampServer server = server((conn, action, uri) -> AccessDecision.deny("secret"));
        try (WampPeer peer = peer(server)) {
            peer.says("[5,\"t\"]");

            assertThat(topics.topic("t").broadcast(Event.of(1))).isZero();
            assertThat(peer.hears()).isEmpty();
            assertThat(app.calls()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
            assertThat(server.denied()).isEqualTo(1);
        }
    }

    @Test
    void a_denied_publish_has_no_effect_and_no_answer() {
        WampServer server = server(
                (conn, action, uri) -> action == PUBLISH ? AccessDecision.deny("read only") : AccessDecision.ALLOW);
        try (WampPeer peer = peer(server)) {
            peer.says("[5,\"t\"]").says("[7,\"t\",1]").says("[7,\"t\",2]");

            assertThat(app.calls()).containsExactly("subscribe t");
            assertThat(peer.hears()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
            assertThat(server.denied()).isEqualTo(2);
        }
    }

    @Test
    void a_denied_call_is_answered_with_the_reason() {
        WampServer server = server((conn, action, uri) -> AccessDecision.deny("for \"staff\" only"));
        try (WampPeer peer = peer(server)) {
            assertThat(peer.says("[2,\"a\",\"p\",1]").hears())
                    .containsExactly("[4,\"a\",\"wamp.error.not_authorized\",\"for \\\"staff\\\" only\"]");
            assertThat(app.calls()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
            assertThat(server.denied()).isEqualTo(1);
        }
    }

    @Test
    void who_is_denied_and_closed_is_told_the_reason_with_1008() {
        WampServer server = server((conn, action, uri) -> AccessDecision.close("go away"));
        try (WampPeer subscribing = peer(server);
                WampPeer publishing = peer(server);
                WampPeer calling = peer(server)) {
            assertThat(subscribing.says("[5,\"t\"]").says("[5,\"u\"]").hears()).containsExactly("close 1008 go away");
            assertThat(publishing.says("[7,\"t\",1]").hears()).containsExactly("close 1008 go away");
            assertThat(calling.says("[2,1,\"p\"]").hears())
                    .containsExactly("[4,1,\"wamp.error.not_authorized\",\"go away\"]", "close 1008 go away");
            assertThat(app.calls()).isEmpty();
            assertThat(server.denied()).isEqualTo(3);
        }
    }

    @Test
    void an_authorizer_that_fails_allows_nothing() {
        WampServer server = server((conn, action, uri) -> {
            throw new IllegalStateException("no database");
        });
        try (WampPeer subscribing = peer(server);
                WampPeer calling = peer(server)) {
            assertThat(subscribing.says("[5,\"t\"]").hears()).containsExactly("close 1011");
            assertThat(calling.says("[2,1,\"p\"]").hears())
                    .containsExactly("[4,1,\"wamp.error.internal\",\"the procedure failed\"]", "close 1011");
            assertThat(app.calls()).containsExactly("error no database", "error no database");
            assertThat(topics.all()).isEmpty();
        }
    }

    @Test
    void a_denial_is_one_line_of_the_log_with_the_reason_and_who() {
        WampServer server = server((conn, action, uri) ->
                action == CALL ? AccessDecision.close("not you") : AccessDecision.deny("secret"));
        try (WampPeer ann = peerOf(new User("ann", Set.of("reader"), Map.of("token", "hidden")), server);
                WampPeer stranger = peer(server)) {
            assertThat(logged(() -> ann.says("[5,\"a\\nFAKE\"]").says("[2,1,\"p\"]")))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith("access denied: connection=")
                                    .endsWith(" user=ann [reader] action=subscribe uri=a\\u000aFAKE reason=secret"),
                            line -> assertThat(line)
                                    .startsWith("access denied; connection closed: connection=")
                                    .endsWith(" user=ann [reader] action=call uri=p reason=not you"));
            assertThat(logged(() -> stranger.says("[7,\"" + "x".repeat(500) + "\",1]")))
                    .satisfiesExactly(line -> assertThat(line)
                            .endsWith(" user=none action=publish uri=" + "x".repeat(100)
                                    + "… (500 characters) reason=secret"));
        }
    }

    @Test
    void the_protocol_alone_asks_too() {
        WampProtocol protocol = new WampProtocol(
                new RawWampComponent() {
                    @Override
                    public void onSubscribe(WampConnection conn, String topic) {
                        conn.event(topic, Event.of("in"));
                    }
                },
                WampOptions.DEFAULT.authorizer(new AccessRules().allow(SUBSCRIBE, "open")));
        try (WampPeer peer = settled(new WampPeer(new WsServer(protocol), "wamp", Unpooled.EMPTY_BUFFER))) {
            assertThat(peer.says("[5,\"closed\"]").says("[5,\"open\"]").hears()).containsExactly("[8,\"open\",\"in\"]");
            assertThat(protocol.denied()).isEqualTo(1);
        }
    }

    private AccessDecision decision(Authorizer rules, User user, Action action, String uri) throws Exception {
        WampServer server = server(Authorizer.ALLOW_ALL);
        try (WampPeer peer = peerOf(user, server)) {
            assertThat(peer.isConnected()).isTrue();
            return rules.authorize(app.conns.get(app.conns.size() - 1), action, uri);
        }
    }

    @Test
    void rules_allow_by_the_whole_URI_or_its_beginning_and_deny_the_rest() throws Exception {
        AccessRules rules = new AccessRules()
                .allow(SUBSCRIBE, "public.*")
                .allow(SUBSCRIBE, "one")
                .allow(CALL, "*")
                .deny(SUBSCRIBE, "public.drafts*");
        User ann = User.named("ann");

        assertThat(decision(rules, ann, SUBSCRIBE, "public.a")).isEqualTo(AccessDecision.ALLOW);
        assertThat(decision(rules, ann, SUBSCRIBE, "public.")).isEqualTo(AccessDecision.ALLOW);
        assertThat(decision(rules, ann, SUBSCRIBE, "one")).isEqualTo(AccessDecision.ALLOW);
        assertThat(decision(rules, ann, CALL, "anything")).isEqualTo(AccessDecision.ALLOW);
        assertThat(decision(rules, ann, SUBSCRIBE, "public")).isEqualTo(AccessDecision.deny("no rule allows it"));
        assertThat(decision(rules, ann, SUBSCRIBE, "one.more")).isEqualTo(AccessDecision.deny("no rule allows it"));
        assertThat(decision(rules, ann, PUBLISH, "public.a")).isEqualTo(AccessDecision.deny("no rule allows it"));
        assertThat(decision(rules, ann, SUBSCRIBE, "public.drafts.1"))
                .isEqualTo(AccessDecision.deny("denied: public.drafts*"));
        assertThat(decision(new AccessRules(), ann, CALL, "p")).isEqualTo(AccessDecision.deny("no rule allows it"));
    }

    @Test
    void rules_can_ask_for_a_role() throws Exception {
        AccessRules rules = new AccessRules().allow(PUBLISH, "news.*", "editor").allow(PUBLISH, "news.*", "owner");
        User editor = new User("ann", Set.of("editor"), Map.of());
        User owner = new User("bob", Set.of("owner"), Map.of());

        assertThat(decision(rules, editor, PUBLISH, "news.a")).isEqualTo(AccessDecision.ALLOW);
        assertThat(decision(rules, owner, PUBLISH, "news.a")).isEqualTo(AccessDecision.ALLOW);
        assertThat(decision(rules, User.named("eve"), PUBLISH, "news.a"))
                .isEqualTo(AccessDecision.deny("expected: role editor or owner"));
        try (WampPeer nobody = peer(server(rules))) {
            nobody.says("[7,\"news.a\",1]");

            assertThat(app.calls()).isEmpty();
        }
    }

    @Test
    void a_star_stands_at_the_end() {
        assertThatThrownBy(() -> new AccessRules().allow(CALL, "a*b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pattern: a*b (expected: * at its end, or none)");
    }
}

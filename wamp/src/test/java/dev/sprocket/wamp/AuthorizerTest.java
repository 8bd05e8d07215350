package dev.sprocket.wamp;

import static dev.sprocket.wamp.Authorizer.Action.CALL;
import static dev.sprocket.wamp.Authorizer.Action.PUBLISH;
import static dev.sprocket.wamp.Authorizer.Action.SUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.core.User;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.Authorizer.Action;
import dev.sprocket.wamp.server.WampProtocol;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Authorization of subscribe, publish and call requests. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AuthorizerTest {
    private final RecordingApp app = new RecordingApp();
    private final Topics topics = new Topics();

    private WampServer server(Authorizer authorizer) {
        return new WampServer(app, topics, WampOptions.DEFAULT.authorizer(authorizer));
    }

    private WampPeer peer(WampServer server) {
        return opened(new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER));
    }

    private WampPeer peerOf(User user, WampServer server) {
        return opened(new WampPeer(
                Authenticator.custom(
                        request -> CompletableFuture.completedStage(Optional.of(user)),
                        Duration.ofSeconds(1),
                        new WsServer(server)),
                "wamp",
                Unpooled.EMPTY_BUFFER));
    }

    private WampPeer opened(WampPeer peer) {
        peer.received();
        app.calls();
        return peer;
    }

    /** Returns the authorization log lines of an action. */
    private static List<String> logged(Runnable action) {
        Logger logger = (Logger) LoggerFactory.getLogger(Authorizer.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            action.run();
        } finally {
            logger.detachAppender(lines);
        }
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void authorizes_each_request_with_expanded_uri() {
        List<String> requests = new ArrayList<>();
        WampServer server = server((conn, action, uri) -> {
            requests.add(action + " " + uri + " " + conn.sessionId());
            return AccessDecision.ALLOW;
        });
        try (WampPeer peer = peer(server)) {
            peer.send("[1,\"ex\",\"http://ex/\"]")
                    .send("[5,\"ex:t\"]")
                    .send("[7,\"ex:t\",1]")
                    .send("[2,1,\"ex:p\"]")
                    .send("[6,\"ex:t\"]");

            String id = app.conns.get(0).sessionId();
            assertThat(requests)
                    .containsExactly(
                            "SUBSCRIBE http://ex/t " + id, "PUBLISH http://ex/t " + id, "CALL http://ex/p " + id);
            assertThat(app.calls()).hasSize(4);
            assertThat(server.denied()).isZero();
        }
    }

    @Test
    void denied_subscribe_has_no_effect_and_no_response() {
        WampServer server = server((conn, action, uri) -> AccessDecision.deny("secret"));
        try (WampPeer peer = peer(server)) {
            peer.send("[5,\"t\"]");

            assertThat(topics.topic("t").broadcast(Event.of(1))).isZero();
            assertThat(peer.received()).isEmpty();
            assertThat(app.calls()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
            assertThat(server.denied()).isEqualTo(1);
        }
    }

    @Test
    void denied_publish_has_no_effect_and_no_response() {
        WampServer server = server(
                (conn, action, uri) -> action == PUBLISH ? AccessDecision.deny("read only") : AccessDecision.ALLOW);
        try (WampPeer peer = peer(server)) {
            peer.send("[5,\"t\"]").send("[7,\"t\",1]").send("[7,\"t\",2]");

            assertThat(app.calls()).containsExactly("subscribe t");
            assertThat(peer.received()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
            assertThat(server.denied()).isEqualTo(2);
        }
    }

    @Test
    void denied_call_fails_with_reason() {
        WampServer server = server((conn, action, uri) -> AccessDecision.deny("for \"staff\" only"));
        try (WampPeer peer = peer(server)) {
            assertThat(peer.send("[2,\"a\",\"p\",1]").received())
                    .containsExactly("[4,\"a\",\"wamp.error.not_authorized\",\"for \\\"staff\\\" only\"]");
            assertThat(app.calls()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
            assertThat(server.denied()).isEqualTo(1);
        }
    }

    @Test
    void denial_with_close_sends_1008_and_reason() {
        WampServer server = server((conn, action, uri) -> AccessDecision.close("go away"));
        try (WampPeer subscribing = peer(server);
                WampPeer publishing = peer(server);
                WampPeer calling = peer(server)) {
            assertThat(subscribing.send("[5,\"t\"]").send("[5,\"u\"]").received())
                    .containsExactly("close 1008 go away");
            assertThat(publishing.send("[7,\"t\",1]").received()).containsExactly("close 1008 go away");
            assertThat(calling.send("[2,1,\"p\"]").received())
                    .containsExactly("[4,1,\"wamp.error.not_authorized\",\"go away\"]", "close 1008 go away");
            assertThat(app.calls()).isEmpty();
            assertThat(server.denied()).isEqualTo(3);
        }
    }

    @Test
    void failing_authorizer_denies_everything() {
        WampServer server = server((conn, action, uri) -> {
            throw new IllegalStateException("no database");
        });
        try (WampPeer subscribing = peer(server);
                WampPeer calling = peer(server)) {
            assertThat(subscribing.send("[5,\"t\"]").received()).containsExactly("close 1011");
            assertThat(calling.send("[2,1,\"p\"]").received())
                    .containsExactly("[4,1,\"wamp.error.internal\",\"the procedure failed\"]", "close 1011");
            assertThat(app.calls()).containsExactly("error no database", "error no database");
            assertThat(topics.all()).isEmpty();
        }
    }

    @Test
    void denial_logs_one_line_with_reason_and_user() {
        WampServer server = server((conn, action, uri) ->
                action == CALL ? AccessDecision.close("not you") : AccessDecision.deny("secret"));
        try (WampPeer ann = peerOf(User.named("ann").roles("reader").claims(Map.of("token", "hidden")), server);
                WampPeer stranger = peer(server)) {
            assertThat(logged(() -> ann.send("[5,\"a\\nFAKE\"]").send("[2,1,\"p\"]")))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith("access denied: peer=")
                                    .endsWith(" user=\"ann [reader]\" action=subscribe uri=a\\u000aFAKE reason=secret"),
                            line -> assertThat(line)
                                    .startsWith("access denied, connection closed: peer=")
                                    .endsWith(" user=\"ann [reader]\" action=call uri=p reason=\"not you\""));
            assertThat(logged(() -> stranger.send("[7,\"" + "x".repeat(500) + "\",1]")))
                    .satisfiesExactly(line -> assertThat(line)
                            .endsWith(" user=none action=publish uri=\"" + "x".repeat(100)
                                    + "… (500 characters)\" reason=secret"));
        }
    }

    @Test
    void raw_component_requests_are_authorized() {
        WampProtocol protocol = new WampProtocol(
                new RawWampComponent() {
                    @Override
                    public void onSubscribe(WampConnection conn, String topic) {
                        conn.event(topic, Event.of("in"));
                    }
                },
                WampOptions.DEFAULT.authorizer(new AccessRules().allow(SUBSCRIBE, "open")));
        try (WampPeer peer = opened(new WampPeer(new WsServer(protocol), "wamp", Unpooled.EMPTY_BUFFER))) {
            assertThat(peer.send("[5,\"closed\"]").send("[5,\"open\"]").received())
                    .containsExactly("[8,\"open\",\"in\"]");
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
    void rules_match_exact_uri_or_prefix_only() throws Exception {
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
                .isEqualTo(AccessDecision.deny("denied by the rule for public.drafts*"));
        assertThat(decision(new AccessRules(), ann, CALL, "p")).isEqualTo(AccessDecision.deny("no rule allows it"));
    }

    @Test
    void rules_can_require_role() throws Exception {
        AccessRules rules = new AccessRules().allow(PUBLISH, "news.*", "editor").allow(PUBLISH, "news.*", "owner");
        User editor = User.named("ann").roles("editor");
        User owner = User.named("bob").roles("owner");

        assertThat(decision(rules, editor, PUBLISH, "news.a")).isEqualTo(AccessDecision.ALLOW);
        assertThat(decision(rules, owner, PUBLISH, "news.a")).isEqualTo(AccessDecision.ALLOW);
        assertThat(decision(rules, User.named("eve"), PUBLISH, "news.a"))
                .isEqualTo(AccessDecision.deny("required role: editor or owner"));
        try (WampPeer anonymous = peer(server(rules))) {
            anonymous.send("[7,\"news.a\",1]");

            assertThat(app.calls()).isEmpty();
        }
    }

    @Test
    void wildcard_star_is_allowed_at_end_only() {
        assertThatThrownBy(() -> new AccessRules().allow(CALL, "a*b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pattern: a*b (expected: * at its end, or none)");
    }
}

package dev.sprocket.wamp;

import static dev.sprocket.pubsub.access.Action.CALL;
import static dev.sprocket.pubsub.access.Action.PUBLISH;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.core.User;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Authorizer;
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
        AccessControl.of(topics).authorizer(authorizer);
        return new WampServer(app, topics);
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
        WampServer server = server(request -> {
            requests.add(request.action() + " " + request.name());
            return AccessDecision.ALLOW;
        });
        try (WampPeer peer = peer(server)) {
            peer.send("[1,\"ex\",\"http://ex/\"]")
                    .send("[5,\"ex:t\"]")
                    .send("[7,\"ex:t\",1]")
                    .send("[2,1,\"ex:p\"]")
                    .send("[6,\"ex:t\"]");

            assertThat(requests).containsExactly("subscribe http://ex/t", "publish http://ex/t", "call http://ex/p");
            assertThat(app.calls()).hasSize(4);
            assertThat(AccessControl.of(topics).denied()).isZero();
        }
    }

    @Test
    void denied_subscribe_has_no_effect_and_no_response() {
        WampServer server = server(request -> AccessDecision.deny("secret"));
        try (WampPeer peer = peer(server)) {
            peer.send("[5,\"t\"]");

            assertThat(topics.topic("t").broadcast(Event.of(1))).isZero();
            assertThat(peer.received()).isEmpty();
            assertThat(app.calls()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
            assertThat(AccessControl.of(topics).denied()).isEqualTo(1);
        }
    }

    @Test
    void denied_publish_has_no_effect_and_no_response() {
        WampServer server = server(
                request -> request.action() == PUBLISH ? AccessDecision.deny("read only") : AccessDecision.ALLOW);
        try (WampPeer peer = peer(server)) {
            peer.send("[5,\"t\"]").send("[7,\"t\",1]").send("[7,\"t\",2]");

            assertThat(app.calls()).containsExactly("subscribe t");
            assertThat(peer.received()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
            assertThat(AccessControl.of(topics).denied()).isEqualTo(2);
        }
    }

    @Test
    void denied_call_fails_with_reason() {
        WampServer server = server(request -> AccessDecision.deny("for \"staff\" only"));
        try (WampPeer peer = peer(server)) {
            assertThat(peer.send("[2,\"a\",\"p\",1]").received())
                    .containsExactly("[4,\"a\",\"wamp.error.not_authorized\",\"for \\\"staff\\\" only\"]");
            assertThat(app.calls()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
            assertThat(AccessControl.of(topics).denied()).isEqualTo(1);
        }
    }

    @Test
    void denial_with_close_sends_1008_and_reason() {
        WampServer server = server(request -> AccessDecision.close("go away"));
        try (WampPeer subscribing = peer(server);
                WampPeer publishing = peer(server);
                WampPeer calling = peer(server)) {
            assertThat(subscribing.send("[5,\"t\"]").send("[5,\"u\"]").received())
                    .containsExactly("close 1008 go away");
            assertThat(publishing.send("[7,\"t\",1]").received()).containsExactly("close 1008 go away");
            assertThat(calling.send("[2,1,\"p\"]").received())
                    .containsExactly("[4,1,\"wamp.error.not_authorized\",\"go away\"]", "close 1008 go away");
            assertThat(app.calls()).isEmpty();
            assertThat(AccessControl.of(topics).denied()).isEqualTo(3);
        }
    }

    @Test
    void failing_authorizer_denies_everything() {
        WampServer server = server(request -> {
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
        WampServer server = server(
                request -> request.action() == CALL ? AccessDecision.close("not you") : AccessDecision.deny("secret"));
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
}

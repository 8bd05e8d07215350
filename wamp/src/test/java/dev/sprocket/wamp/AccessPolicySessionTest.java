package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.core.User;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.pubsub.access.AccessRule;
import dev.sprocket.pubsub.access.Authorizer;
import dev.sprocket.pubsub.access.Grantee;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Sessions of WAMP v1 under an {@link AccessPolicy}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AccessPolicySessionTest {
    private final RecordingApp app = new RecordingApp();
    private final Topics topics = new Topics();
    private final WampServer server = new WampServer(app, topics);

    @BeforeEach
    void setPolicy() {
        AccessRule empty = AccessRule.EMPTY;
        AccessControl.of(topics)
                .authorizer(AccessPolicy.CLOSED
                        .topic("news.*", empty.subscribe(Grantee.ANYONE).origin("site.conf:12"))
                        .topic("user.{user}", empty.subscribe(Grantee.SELF))
                        .topic(
                                "room.{room}",
                                empty.subscribe(Grantee.ANYONE)
                                        .publish(Grantee.SUBSCRIBERS)
                                        .rate(2, Duration.ofSeconds(1)))
                        .procedure(
                                "admin.*",
                                empty.call(Grantee.role("admin")).hidden(true).origin("site.conf:20")));
    }

    private WampPeer peer() {
        return opened(new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER));
    }

    private WampPeer peerOf(String id) {
        return opened(new WampPeer(
                Authenticator.custom(
                        request -> CompletableFuture.completedStage(Optional.of(User.named(id))),
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
    void user_hears_only_own_topic() {
        try (WampPeer ann = peerOf("ann@example.com");
                WampPeer bob = peerOf("bob")) {
            ann.send("[5,\"user.ann@example%2Ecom\"]");
            bob.send("[5,\"user.ann@example%2Ecom\"]").send("[5,\"user.bob\"]");
            topics.topic("user.ann@example%2Ecom").broadcast(Event.of(1));

            assertThat(ann.received()).containsExactly("[8,\"user.ann@example%2Ecom\",1]");
            assertThat(bob.received()).isEmpty();
            assertThat(topics.topic("user.bob").size()).isEqualTo(1);
        }
    }

    @Test
    void rate_counts_publishes_of_a_connection_over_time() {
        try (WampPeer ann = peer()) {
            ann.channel.freezeTime();
            ann.send("[5,\"room.1\"]").send("[5,\"room.2\"]");
            app.calls();
            for (int i = 0; i < 3; i++) {
                ann.send("[7,\"room." + (1 + i % 2) + "\"," + i + "]");
            }
            assertThat(app.calls())
                    .containsExactly("publish room.1 0 not [] only []", "publish room.2 1 not [] only []");

            ann.channel.advanceTimeBy(500, TimeUnit.MILLISECONDS);
            ann.send("[7,\"room.1\",3]").send("[7,\"room.1\",4]");
            assertThat(app.calls()).containsExactly("publish room.1 3 not [] only []");
        }
    }

    @Test
    void hidden_procedure_answers_as_an_unknown_one() {
        try (WampPeer ann = opened(new WampPeer(
                new WsServer(new WampServer(new WampComponent() {}, topics)), "wamp", Unpooled.EMPTY_BUFFER))) {
            AccessControl.of(topics)
                    .authorizer(AccessPolicy.CLOSED
                            .defaults(AccessRule.EMPTY.call(Grantee.ANYONE))
                            .procedure(
                                    "admin",
                                    AccessRule.EMPTY.call(Grantee.NOBODY).hidden(true)));
            String unknown = ann.send("[2,\"1\",\"other\"]").received().toString();

            assertThat(unknown).contains("no_such_procedure");
            assertThat(ann.send("[2,\"1\",\"admin\"]").received()).hasToString(unknown.replace("other", "admin"));
        }
    }

    @Test
    void denial_logs_its_rule_or_the_line_to_write() {
        try (WampPeer ann = peerOf("ann");
                WampPeer stranger = peer()) {
            assertThat(logged(() -> ann.send("[7,\"news.x\",1]").send("[2,\"1\",\"admin.x\"]")))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith("access denied: peer=")
                                    .endsWith(" user=\"ann []\" action=publish uri=news.x"
                                            + " rule=\"default-access.publish = backend\" reason=\"not permitted\""
                                            + " (write topics { \"news.*\" { publish = authenticated } })"),
                            line -> assertThat(line)
                                    .startsWith("access denied, procedure hidden: peer=")
                                    .endsWith(" action=call uri=admin.x rule=\"site.conf:20:"
                                            + " procedures.\\\"admin.*\\\".call = role admin\""
                                            + " reason=\"not permitted\""));
            assertThat(logged(() -> stranger.send("[5,\"kittensCategory\"]"))).satisfiesExactly(line -> assertThat(line)
                    .endsWith(" user=none action=subscribe uri=kittensCategory"
                            + " rule=\"default-access.subscribe = authenticated\""
                            + " reason=\"authentication required\""
                            + " (write topics { \"kittensCategory\" { subscribe = anyone } })"));
        }
    }

    @Test
    void hostile_name_stays_inside_its_line() {
        try (WampPeer stranger = peer()) {
            assertThat(logged(() -> stranger.send("[5,\"a\\\" ]\\nFAKE \\u202e\"]")))
                    .satisfiesExactly(line -> assertThat(line)
                            .doesNotContain("\n", "\u202e")
                            .endsWith(" (write topics { \"a\\\" ]\\u000aFAKE \\u202e\" { subscribe = anyone } })"));
            assertThat(logged(() -> stranger.send("[2,\"1\",\"" + "x".repeat(101) + "\"]")))
                    .satisfiesExactly(line -> assertThat(line).endsWith(" reason=\"authentication required\""));
        }
    }
}

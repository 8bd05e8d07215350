package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.leaktest.LogLines;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.wamp.auth.CredentialAuthenticator;
import dev.sprocket.wamp.auth.SessionIdentity;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.KeepAlive;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** End, notice and renewal of the authentication of sessions. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SessionEndTest {
    private static final String SUBSCRIBE = "[32,1,{},\"sprocket.auth.expiring\"]";
    /** Time that a test may take on the real clock, in seconds. */
    private static final int SLACK = 20;

    private final Topics topics = new Topics();
    private final Map<String, User> tickets = new ConcurrentHashMap<>(Map.of(
            "t1", until("ann", 1000).roles("reader"),
            "t2", until("ann", 2000).roles("editor"),
            "t3", until("bob", 2000)));
    private final RecordingApp app = new RecordingApp();
    private final WampServer server = new WampServer(new Realm("realm1", app, topics)
            .authenticator(CredentialAuthenticator.of(
                    CredentialAuthenticator.http(),
                    CredentialAuthenticator.ticket((authid, ticket) -> CompletableFuture.completedStage(
                            Optional.ofNullable(tickets.get(ticket)).map(SessionIdentity::of))))));

    private static User until(String name, long seconds) {
        return User.named(name).expires(Instant.now().plusSeconds(seconds));
    }

    private WampPeer peer(String subprotocol) {
        return new WampPeer(
                new WsServer(server).lenient().keepAlive(KeepAlive.OFF), subprotocol, Unpooled.EMPTY_BUFFER);
    }

    private WampPeer login(String ticket) {
        WampPeer peer = peer("wamp.2.json");
        peer.send("[1,\"realm1\",{\"roles\":{\"caller\":{},\"subscriber\":{}},\"authmethods\":[\"ticket\"],"
                        + "\"authid\":\"ann\"}]")
                .send("[5,\"" + ticket + "\",{}]");
        assertThat(peer.received()).last().asString().startsWith("[2,");
        return peer;
    }

    /** Returns a WAMP v1 client whose user the HTTP handshake has authenticated. */
    private WampPeer v1(User user) {
        WampPeer peer = new WampPeer(
                Authenticator.custom(
                        request -> CompletableFuture.completedStage(Optional.of(user)),
                        Duration.ofSeconds(1),
                        new WsServer(server).keepAlive(KeepAlive.OFF)),
                "wamp",
                Unpooled.EMPTY_BUFFER);
        assertThat(peer.received()).singleElement().asString().startsWith("[0,");
        return peer;
    }

    @CanIgnoreReturnValue
    private static WampPeer after(WampPeer peer, int seconds) {
        peer.channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        peer.channel.runScheduledPendingTasks();
        return peer;
    }

    private static List<String> events(WampPeer peer) {
        return peer.received().stream()
                .filter(text -> text.startsWith("[36,"))
                .map(text -> text.replaceAll("\\[36,(\\d+),\\d+,", "[36,$1,P,"))
                .toList();
    }

    @Test
    void subscribed_session_is_told_then_closed_with_4401() {
        try (WampPeer ann = login("t1");
                WampPeer other = login("t2")) {
            ann.send(SUBSCRIBE);
            other.send(SUBSCRIBE);
            assertThat(ann.received()).singleElement().asString().startsWith("[33,1,");
            other.received();

            assertThat(events(after(ann, 1000 - 30 - SLACK))).isEmpty();
            Instant end = tickets.get("t1").expires().orElseThrow();
            assertThat(events(after(ann, SLACK + 1)))
                    .singleElement()
                    .asString()
                    .endsWith(",P,{},[{\"expires\":\"" + end + "\"}]]");
            assertThat(events(after(ann, 1))).as("once").isEmpty();
            after(ann, 29);
            after(ann, 2);
            assertThat(ann.received())
                    .satisfiesExactly(
                            goodbye -> assertThat(goodbye).startsWith("[6,").contains("no longer authorized"),
                            close -> assertThat(close).startsWith("close 4401"));
            assertThat(events(after(other, 1001))).as("another session").isEmpty();
        }
    }

    @Test
    void late_subscriber_is_told_at_once() {
        try (WampPeer ann = login("t1")) {
            after(ann, 975);
            ann.send(SUBSCRIBE);
            assertThat(events(after(ann, 1))).hasSize(1);
        }
    }

    @Test
    void v1_client_is_told_only_if_subscribed() {
        User user = until("ann", 1000);
        try (WampPeer told = v1(user);
                WampPeer silent = v1(user)) {
            told.send("[5,\"sprocket.auth.expiring\"]");
            after(told, 975);
            after(silent, 975);

            assertThat(told.received())
                    .singleElement()
                    .asString()
                    .startsWith("[8,\"sprocket.auth.expiring\",{\"expires\":\""
                            + user.expires().orElseThrow() + "\",\"connection\":\"");
            assertThat(silent.received()).isEmpty();
            assertThat(after(told, 30).received()).containsExactly("close 4401 no longer authorized");
            assertThat(after(silent, 30).received()).containsExactly("close 4401 no longer authorized");
        }
    }

    @Test
    void renewal_replaces_user_and_end() {
        try (WampPeer ann = login("t1");
                LogLines log = LogLines.record(PeerLog::flush)) {
            WampConnection conn = app.conns.get(0);
            assertThat(User.of(conn).roles()).containsExactly("reader");

            ann.send("[48,1,{},\"sprocket.auth.renew\",[\"t2\"]]");

            Instant end = tickets.get("t2").expires().orElseThrow();
            assertThat(ann.received()).containsExactly("[50,1,{},[{\"expires\":\"" + end + "\"}]]");
            assertThat(User.of(conn).roles()).containsExactly("editor");
            assertThat(after(ann, 1500).received()).isEmpty();
            after(ann, 501);
            after(ann, 2);
            assertThat(ann.received()).last().asString().startsWith("close 4401");
            assertThat(log.lines()).noneMatch(line -> line.contains("t2"));
        }
    }

    @Test
    void renewal_refuses_other_users_and_invalid_tokens() {
        try (WampPeer ann = login("t1")) {
            ann.send("[48,1,{},\"sprocket.auth.renew\",[\"t3\"]]")
                    .send("[48,2,{},\"sprocket.auth.renew\",[\"t9\"]]")
                    .send("[48,3,{},\"sprocket.auth.renew\"]")
                    .send("[48,4,{},\"sprocket.auth.renew\",[4]]");

            assertThat(ann.received())
                    .satisfiesExactly(
                            other -> assertThat(other).startsWith("[8,48,1,{},\"wamp.error.not_authorized\""),
                            invalid ->
                                    assertThat(invalid).startsWith("[8,48,2,{},\"wamp.error.authentication_denied\""),
                            none -> assertThat(none).startsWith("[8,48,3,{},\"wamp.error.invalid_argument\""),
                            number -> assertThat(number).startsWith("[8,48,4,{},\"wamp.error.invalid_argument\""));
            after(ann, 1001);
            after(ann, 2);
            assertThat(ann.received()).last().asString().startsWith("close 4401");
        }
    }

    @Test
    void session_without_a_token_cannot_renew() {
        try (WampPeer ann = v1(until("ann", 1000))) {
            ann.send("[2,\"c\",\"sprocket.auth.renew\",\"t2\"]");

            assertThat(ann.received()).singleElement().asString().contains("wamp.error.feature_not_supported");
        }
    }

    @Test
    void names_are_open_to_every_session_but_reserved() {
        AccessControl.of(topics).authorizer(AccessPolicy.CLOSED);
        try (WampPeer ann = login("t1")) {
            ann.send(SUBSCRIBE)
                    .send("[16,2,{\"acknowledge\":true},\"sprocket.auth.expiring\",[1]]")
                    .send("[64,3,{},\"sprocket.auth.renew\"]")
                    .send("[32,4,{\"match\":\"prefix\"},\"sprocket.\"]");

            assertThat(ann.received())
                    .satisfiesExactly(
                            subscribed -> assertThat(subscribed).startsWith("[33,1,"),
                            published -> assertThat(published).startsWith("[8,16,2,"),
                            registered -> assertThat(registered).startsWith("[8,64,3,"),
                            pattern -> assertThat(pattern).startsWith("[8,32,4,"));
        }
    }
}

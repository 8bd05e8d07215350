package dev.sprocket.wamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.User;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.wamp.OpenApp;
import dev.sprocket.wamp.RecordingApp;
import dev.sprocket.wamp.WampPeer;
import dev.sprocket.wamp.auth.AuthResult;
import dev.sprocket.wamp.auth.CredentialAuthenticator;
import dev.sprocket.wamp.auth.SessionIdentity;
import dev.sprocket.wamp.auth.UserCredential;
import dev.sprocket.wamp.auth.WampAuthenticator;
import dev.sprocket.wamp.internal.session.HandshakeLimit;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WAMP v1 clients in a realm that requires a login. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V1AdmissionTest {
    private static final String REFUSED =
            "close 1008 WAMP v1 has no login (expected: WAMP v2, or a user authenticated by HTTP)";
    private static final CredentialAuthenticator.Method TICKET =
            CredentialAuthenticator.ticket(List.of(UserCredential.of("bob", "user", SharedSecret.of("t"))));

    private final RecordingApp app = new RecordingApp();

    private WampServer server(WampAuthenticator authenticator) {
        return new WampServer(new Realm("realm1", app).authenticator(authenticator));
    }

    private static WampPeer peer(WampServer server, String subprotocol) {
        return new WampPeer(new WsServer(server).lenient(), subprotocol, Unpooled.EMPTY_BUFFER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wamp", ""})
    void v1_client_is_rejected_if_login_is_required(String subprotocol) {
        try (WampPeer peer =
                peer(server(CredentialAuthenticator.of(CredentialAuthenticator.http(), TICKET)), subprotocol)) {
            peer.send("[5,\"http://example.com/topic\"]");

            assertThat(peer.received()).containsExactly(REFUSED);
            assertThat(app.calls()).isEmpty();
        }
    }

    @Test
    void v1_client_is_admitted_as_handshake_user() {
        User ann = User.named("ann");
        try (WampPeer peer = new WampPeer(
                Authenticator.custom(
                        request -> CompletableFuture.completedStage(Optional.of(ann)),
                        Duration.ofSeconds(1),
                        new WsServer(server(CredentialAuthenticator.of(CredentialAuthenticator.http(), TICKET)))),
                "wamp",
                Unpooled.EMPTY_BUFFER)) {
            assertThat(peer.received()).singleElement().asString().startsWith("[0,");
        }
    }

    @Test
    void v1_client_is_admitted_if_anonymous_is_allowed() {
        try (WampPeer peer =
                peer(server(CredentialAuthenticator.of(TICKET, CredentialAuthenticator.anonymous())), "wamp")) {
            assertThat(peer.received()).singleElement().asString().startsWith("[0,");
        }
    }

    @Test
    void v1_client_waits_for_asynchronous_decision() {
        CompletableFuture<AuthResult> decision = new CompletableFuture<>();
        try (WampPeer peer = peer(server(joining -> AuthResult.later(decision)), "wamp")) {
            assertThat(peer.received()).isEmpty();
            decision.complete(AuthResult.admit(SessionIdentity.anonymous()));
            assertThat(peer.received()).singleElement().asString().startsWith("[0,");
            peer.send("[5,\"http://example.com/topic\"]");
            assertThat(app.calls()).isNotEmpty();
        }
    }

    @Test
    void v1_client_sending_before_decision_is_closed() {
        CompletableFuture<AuthResult> decision = new CompletableFuture<>();
        try (WampPeer peer = peer(server(joining -> AuthResult.later(decision)), "wamp")) {
            peer.send("[5,\"http://example.com/topic\"]");
            decision.complete(AuthResult.admit(SessionIdentity.anonymous()));

            assertThat(peer.received()).containsExactly("close 1008 message before WELCOME");
            assertThat(app.calls()).isEmpty();
        }
    }

    @Test
    void v1_client_is_rejected_after_decision_timeout() {
        try (WampPeer peer = peer(server(joining -> AuthResult.later(new CompletableFuture<>())), "wamp")) {
            peer.channel.advanceTimeBy(11, TimeUnit.SECONDS);
            peer.channel.runScheduledPendingTasks();

            assertThat(peer.received()).containsExactly(REFUSED);
        }
    }

    @Test
    void v1_handshake_is_counted_until_it_ends() {
        CompletableFuture<AuthResult> admitted = new CompletableFuture<>();
        CompletableFuture<AuthResult> denied = new CompletableFuture<>();
        ArrayDeque<CompletableFuture<AuthResult>> decisions =
                new ArrayDeque<>(List.of(admitted, denied, new CompletableFuture<>(), new CompletableFuture<>()));
        WampServer server = server(joining -> AuthResult.later(decisions.remove()));
        try (WampPeer first = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER);
                WampPeer second = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER);
                WampPeer third = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER);
                WampPeer late = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER)) {
            assertThat(server.handshakes().pending()).isEqualTo(4);
            admitted.complete(AuthResult.admit(SessionIdentity.anonymous()));
            assertThat(first.received()).hasSize(1);
            assertThat(server.handshakes().pending()).isEqualTo(3);
            denied.complete(AuthResult.deny("wamp.error.not_authorized", "no"));
            assertThat(second.received()).hasSize(1);
            assertThat(server.handshakes().pending()).isEqualTo(2);
            third.disconnect();
            assertThat(server.handshakes().pending()).isEqualTo(1);
            late.channel.advanceTimeBy(11, TimeUnit.SECONDS);
            late.channel.runScheduledPendingTasks();
            assertThat(server.handshakes().pending()).isZero();
        }
        assertThat(server.handshakes().pending()).isZero();
    }

    @Test
    void v1_client_over_limit_is_closed_with_1013() {
        WampServer server = server(CredentialAuthenticator.of(CredentialAuthenticator.anonymous()));
        HandshakeLimit handshakes = server.handshakes();
        for (int i = 0; i < HandshakeLimit.MAX; i++) {
            assertThat(handshakes.begin()).isTrue();
        }
        try (WampPeer peer = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER)) {
            assertThat(peer.received()).containsExactly("close 1013 too many handshakes at the same time");
        }
        assertThat(server.handshakes().pending()).isEqualTo(HandshakeLimit.MAX);
        handshakes.end();
        try (WampPeer peer = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER)) {
            assertThat(peer.received()).singleElement().asString().startsWith("[0,");
        }
    }

    @Test
    void v1_client_is_rejected_if_authenticator_fails() {
        try (WampPeer now = peer(
                        server(joining -> {
                            throw new IllegalStateException("database away");
                        }),
                        "wamp");
                WampPeer later = peer(
                        server(joining ->
                                AuthResult.later(CompletableFuture.failedStage(new IllegalStateException("away")))),
                        "wamp")) {
            assertThat(now.received()).containsExactly("close 1008 the authentication failed");
            assertThat(later.received()).containsExactly("close 1008 the authentication failed");
        }
    }

    @Test
    void disabled_v1_is_not_offered() {
        WampServer server = new WampServer(new OpenApp()).onlyV2();
        assertThat(server.subprotocols()).doesNotContain("wamp").contains("wamp.2.json");
        try (WampPeer peer = peer(server, "")) {
            assertThat(peer.received()).containsExactly("close 1008 WAMP v1 is disabled (expected: WAMP v2)");
        }
    }
}

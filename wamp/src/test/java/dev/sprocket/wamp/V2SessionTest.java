package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Start and end of sessions. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V2SessionTest {
    private final RecordingApp app = new RecordingApp();
    private final WampServer server = new WampServer(app);

    private static String violation(String message) {
        return "[3,{\"message\":\"" + message + "\"},\"wamp.error.protocol_violation\"]";
    }

    @Test
    void hello_returns_welcome_then_calls_onOpen() {
        try (V2Peer peer = new V2Peer(server)) {
            assertThat(peer.received()).isEmpty();
            assertThat(app.conns).isEmpty();

            peer.join("realm1", "{\"subscriber\":{}}");

            assertThat(peer.session).isBetween(1L, 1L << 53);
            assertThat(peer.welcome)
                    .contains("\"realm\":\"realm1\"", "\"authrole\":\"anonymous\"", "\"authmethod\":\"anonymous\"")
                    .contains("\"broker\":{\"features\":{", "\"dealer\":{\"features\":{");
            assertThat(app.conns).hasSize(1);
            assertThat(app.conns.get(0).sessionId()).isEqualTo(Long.toString(peer.session));
        }
    }

    @Test
    void goodbye_ends_session_before_connection() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.send("[6,{},\"wamp.close.close_realm\"]");

            assertThat(peer.received()).containsExactly("[6,{},\"wamp.close.goodbye_and_out\"]", "close 1000");
            assertThat(app.calls()).last().isEqualTo("close");
        }
    }

    @CanIgnoreReturnValue
    private static List<String> closeMessages(CloseReason reason, V2Peer peer) {
        peer.peer.channel.pipeline().fireUserEventTriggered(new CloseRequest(reason));
        return peer.received();
    }

    private static final String ECHO = "[6,{},\"wamp.close.goodbye_and_out\"]";

    @Test
    void stopping_server_sends_goodbye_before_close_frame() {
        try (V2Peer peer = V2Peer.joined(server)) {
            assertThat(closeMessages(CloseReason.SHUTDOWN, peer))
                    .containsExactly("[6,{\"message\":\"server is going away\"},\"wamp.close.system_shutdown\"]");
            assertThat(peer.send(ECHO).received()).containsExactly("close 1001 server is going away");
        }
        assertThat(app.calls()).containsExactly("open", "close");
    }

    @Test
    void close_frame_follows_goodbye_without_an_echo() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.peer.channel.freezeTime();
            assertThat(closeMessages(CloseReason.SHUTDOWN, peer)).hasSize(1);
            peer.peer.channel.advanceTimeBy(999, TimeUnit.MILLISECONDS);
            peer.peer.channel.runScheduledPendingTasks();
            assertThat(peer.received()).isEmpty();
            peer.peer.channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            peer.peer.channel.runScheduledPendingTasks();
            assertThat(peer.received()).containsExactly("close 1001 server is going away");
        }
    }

    @Test
    void nothing_follows_goodbye_but_the_close_frame() {
        Topics topics = new Topics();
        try (V2Peer peer = V2Peer.joined(new WampServer(app, topics))) {
            peer.send("[32,1,{},\"com.topic\"]").received();
            closeMessages(CloseReason.SHUTDOWN, peer);

            topics.topic("com.topic").broadcast(Event.of(1));

            assertThat(peer.send("[32,2,{},\"com.other\"]").received()).isEmpty();
            assertThat(app.calls()).last().isEqualTo("close");
            assertThat(peer.send(ECHO).received()).containsExactly("close 1001 server is going away");
            assertThat(peer.send(ECHO).received()).isEmpty();
        }
    }

    @Test
    void stopping_server_aborts_clients_without_session() {
        try (V2Peer peer = new V2Peer(server)) {
            assertThat(closeMessages(CloseReason.SHUTDOWN, peer))
                    .containsExactly(
                            "[3,{\"message\":\"server is going away\"},\"wamp.close.system_shutdown\"]",
                            "close 1001 server is going away");
        }
        assertThat(app.calls()).isEmpty();
    }

    @Test
    void unauthorized_session_receives_goodbye_with_reason() {
        try (V2Peer peer = V2Peer.joined(server)) {
            assertThat(closeMessages(CloseReason.UNAUTHORIZED, peer))
                    .containsExactly("[6,{\"message\":\"no longer authorized\"},\"wamp.close.killed\"]");
            assertThat(peer.send(ECHO).received()).containsExactly("close 4401 no longer authorized");
        }
    }

    @Test
    void session_after_goodbye_receives_nothing() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.send("[6,{},\"wamp.close.close_realm\"]").received();

            assertThat(closeMessages(CloseReason.SHUTDOWN, peer)).isEmpty();
        }
    }

    @Test
    void disconnect_calls_onClose_once() {
        V2Peer peer = V2Peer.joined(server);
        peer.peer.disconnect();
        peer.close();

        assertThat(app.calls()).containsExactly("open", "close");
    }

    @Test
    void disconnect_before_hello_calls_no_callback() {
        V2Peer peer = new V2Peer(server);
        peer.peer.disconnect();
        peer.close();

        assertThat(app.calls()).isEmpty();
    }

    @Test
    void client_abort_has_no_response() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.send("[3,{},\"com.example.bye\"]");

            assertThat(peer.received()).containsExactly("close 1000");
            assertThat(app.calls()).containsExactly("open", "close");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[32,1,{},\"com.topic\"]",
                "[16,1,{},\"com.topic\"]",
                "[48,1,{},\"com.proc\"]",
                "[64,1,{},\"com.proc\"]",
                "[70,1,{}]",
                "[5,\"signature\",{}]",
                "[6,{},\"wamp.close.close_realm\"]",
                "[8,68,1,{},\"com.error\"]",
                "[2,1,{}]",
                "[33,1,1]",
                "[50,1,{}]"
            })
    void message_before_hello_is_protocol_violation(String message) {
        try (V2Peer peer = new V2Peer(server)) {
            peer.send(message).send("[1,\"realm1\",{\"roles\":{\"caller\":{}}}]");

            assertThat(peer.received()).hasSize(2).first().asString().endsWith("\"wamp.error.protocol_violation\"]");
            assertThat(app.calls()).isEmpty();
            assertThat(server.malformed()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1,\"realm1\",{\"roles\":{\"caller\":{}}}]",
                "[2,1,{}]",
                "[4,\"ticket\",{}]",
                "[5,\"signature\",{}]",
                "[17,1,1]",
                "[33,1,1]",
                "[35,1]",
                "[36,1,1,{}]",
                "[50,1,{}]",
                "[65,1,1]",
                "[67,1]",
                "[68,1,1,{}]",
                "[69,1,{}]",
                "[70,1,{}]",
                "[8,68,1,{},\"com.error\"]",
                "[8,48,1,{},\"com.error\"]",
                "[]",
                "[999]",
                "{}",
                "[\"32\"]",
                "[32]",
                "[32,1]",
                "[32,1,{}]",
                "[32,1,{},7]",
                "[32,1,[],\"com.topic\"]",
                "[32,0,{},\"com.topic\"]",
                "[32,-1,{},\"com.topic\"]",
                "[32,1.5,{},\"com.topic\"]",
                "[32,9007199254740993,{},\"com.topic\"]",
                "[32,2,{},\"com.topic\"]",
                "[32,1,{},\"com.topic\",1]",
                "[16,1,{},\"com.topic\",{}]",
                "[16,1,{},\"com.topic\",[],[]]",
                "[16,1,{},\"com.topic\",[],{},1]",
                "[32,1,{},\"com.topic\"",
                "[32,1,{},\"com.topic\"] x",
                "nonsense"
            })
    void unknown_message_aborts_own_session_only(String message) {
        try (V2Peer other = V2Peer.joined(server);
                V2Peer peer = V2Peer.joined(server)) {
            peer.send(message).send("[32,1,{},\"com.topic\"]");

            assertThat(peer.received())
                    .hasSize(2)
                    .first()
                    .asString()
                    .startsWith("[3,{\"message\":")
                    .endsWith("\"wamp.error.protocol_violation\"]");
            assertThat(app.calls()).containsExactly("open", "open", "close");
            other.send("[32,1,{},\"com.topic\"]");
            assertThat(other.received()).containsExactly("[33,1,1]");
        }
    }

    @Test
    void reused_request_id_is_protocol_violation() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.send("[32,1,{},\"com.a\"]").send("[32,1,{},\"com.b\"]");

            assertThat(peer.received())
                    .containsExactly(
                            "[33,1,1]",
                            violation("request 1 (expected: 2)"),
                            "close 1002 wamp.error.protocol_violation");
        }
    }

    @Test
    void json_session_rejects_binary_message() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.peer.sendBinary("[32,1,{},\"com.a\"]");

            assertThat(peer.received()).first().isEqualTo(violation("binary message (expected: text)"));
        }
    }

    @Test
    void unknown_realm_is_rejected() {
        try (V2Peer peer = new V2Peer(server)) {
            peer.send("[1,\"com.example.none\",{\"roles\":{\"caller\":{}}}]");

            assertThat(peer.received())
                    .first()
                    .isEqualTo("[3,{\"message\":\"no realm com.example.none\"},\"wamp.error.no_such_realm\"]");
        }
    }

    @Test
    void invalid_realm_name_is_rejected_without_lookup() {
        try (V2Peer peer = new V2Peer(server)) {
            peer.send("[1,\"no realm\",{\"roles\":{\"caller\":{}}}]");

            assertThat(peer.received())
                    .first()
                    .isEqualTo("[3,{\"message\":\"invalid realm URI: no realm\"},\"wamp.error.invalid_uri\"]");
        }
    }

    @Test
    void hello_without_roles_is_rejected() {
        try (V2Peer peer = new V2Peer(server)) {
            peer.send("[1,\"realm1\",{}]");

            assertThat(peer.received()).first().isEqualTo(violation("HELLO without roles (expected: one or more)"));
        }
    }

    @Test
    void realms_are_isolated_and_v1_uses_first() {
        Topics topics = new Topics();
        WampServer bothRealms =
                new WampServer(new Realm("one", new OpenApp(), topics), new Realm("two", new OpenApp()));
        try (V2Peer one = new V2Peer(bothRealms).join("one", V2Peer.ROLES);
                V2Peer other = new V2Peer(bothRealms).join("two", V2Peer.ROLES);
                WampPeer v1 = new V2Peer(bothRealms, "wamp").peer) {
            one.send("[32,1,{},\"com.topic\"]").received();
            other.send("[32,1,{},\"com.topic\"]").received();
            v1.received();

            v1.send("[7,\"com.topic\",\"hello\"]");

            assertThat(one.received()).containsExactly("[36,1,P,{},[\"hello\"]]");
            assertThat(other.received()).isEmpty();
            assertThat(topics.size()).isEqualTo(1);
        }
    }

    @Test
    void realms_can_be_created_on_demand() {
        WampServer onDemand = new WampServer(
                name -> name.startsWith("demand.") ? Optional.of(new Realm(name, new OpenApp())) : Optional.empty(),
                new Realm("realm1", app));
        try (V2Peer one = new V2Peer(onDemand).join("demand.a", V2Peer.ROLES);
                V2Peer same = new V2Peer(onDemand).join("demand.a", V2Peer.ROLES);
                V2Peer none = new V2Peer(onDemand)) {
            one.send("[32,1,{},\"com.topic\"]").received();
            same.send("[16,1,{},\"com.topic\",[1]]");
            none.send("[1,\"other\",{\"roles\":{\"caller\":{}}}]");

            assertThat(one.received()).containsExactly("[36,1,P,{},[1]]");
            assertThat(none.received()).first().asString().contains("wamp.error.no_such_realm");
        }
    }

    @Test
    void batched_subprotocol_sends_and_receives_batches() {
        try (V2Peer peer = new V2Peer(server, "wamp.2.json.batched")) {
            peer.send(
                    "[1,\"realm1\",{\"roles\":{\"subscriber\":{}}}]\u001e[32,1,{},\"com.a\"]\u001e[32,2,{},\"com.b\"]\u001e");

            List<String> received = peer.received();
            assertThat(received).hasSize(3);
            assertThat(received.get(0)).startsWith("[2,").endsWith("]\u001e");
            assertThat(received.subList(1, 3)).containsExactly("[33,1,1]\u001e", "[33,2,2]\u001e");

            peer.send("[32,3,{},\"com.c\"]");
            assertThat(peer.received()).first().asString().contains("batch without a record separator at its end");
        }
    }

    @Test
    void application_close_sends_goodbye() {
        try (V2Peer peer = V2Peer.joined(server)) {
            app.conns.get(0).close(3000, "that is all");

            assertThat(peer.received()).containsExactly("[6,{\"message\":\"that is all\"},\"wamp.close.killed\"]");
            assertThat(app.conns.get(0).isOpen()).isFalse();
            assertThat(peer.send(ECHO).received()).containsExactly("close 3000 that is all");
        }
    }
}

package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How sessions begin and end. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V2SessionTest {
    private final RecordingApp app = new RecordingApp();
    private final WampServer server = new WampServer(app);

    private static String violation(String message) {
        return "[3,{\"message\":\"" + message + "\"},\"wamp.error.protocol_violation\"]";
    }

    @Test
    void hello_is_answered_with_welcome_and_then_the_application_hears_of_it() {
        try (V2Peer peer = new V2Peer(server)) {
            assertThat(peer.hears()).isEmpty();
            assertThat(app.conns).isEmpty();

            peer.joins("realm1", "{\"subscriber\":{}}");

            assertThat(peer.session).isBetween(1L, 1L << 53);
            assertThat(peer.welcome)
                    .contains("\"realm\":\"realm1\"", "\"authrole\":\"anonymous\"", "\"authmethod\":\"anonymous\"")
                    .contains("\"broker\":{\"features\":{", "\"dealer\":{\"features\":{");
            assertThat(app.conns).hasSize(1);
            assertThat(app.conns.get(0).sessionId()).isEqualTo(Long.toString(peer.session));
        }
    }

    @Test
    void goodbye_is_answered_and_ends_the_session_before_the_socket() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.says("[6,{},\"wamp.close.close_realm\"]");

            assertThat(peer.hears()).containsExactly("[6,{},\"wamp.close.goodbye_and_out\"]", "close 1000");
            assertThat(app.calls()).last().isEqualTo("close");
        }
    }

    private static List<String> hearsOf(CloseRequest.Cause cause, V2Peer peer) {
        peer.peer.channel.pipeline().fireUserEventTriggered(new CloseRequest(cause));
        return peer.hears();
    }

    private static final String ECHO = "[6,{},\"wamp.close.goodbye_and_out\"]";

    @Test
    void a_server_that_stops_says_so_before_the_close_frame() {
        try (V2Peer peer = V2Peer.joined(server)) {
            assertThat(hearsOf(CloseRequest.Cause.SERVER_SHUTDOWN, peer))
                    .containsExactly("[6,{\"message\":\"server is going away\"},\"wamp.close.system_shutdown\"]");
            assertThat(peer.says(ECHO).hears()).containsExactly("close 1001 server is going away");
        }
        assertThat(app.calls()).containsExactly("open", "close");
    }

    @Test
    void close_frame_follows_goodbye_without_an_echo() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.peer.channel.freezeTime();
            assertThat(hearsOf(CloseRequest.Cause.SERVER_SHUTDOWN, peer)).hasSize(1);
            peer.peer.channel.advanceTimeBy(999, TimeUnit.MILLISECONDS);
            peer.peer.channel.runScheduledPendingTasks();
            assertThat(peer.hears()).isEmpty();
            peer.peer.channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            peer.peer.channel.runScheduledPendingTasks();
            assertThat(peer.hears()).containsExactly("close 1001 server is going away");
        }
    }

    @Test
    void nothing_follows_goodbye_but_the_close_frame() {
        Topics topics = new Topics();
        try (V2Peer peer = V2Peer.joined(new WampServer(app, topics))) {
            peer.says("[32,1,{},\"com.topic\"]").hears();
            hearsOf(CloseRequest.Cause.SERVER_SHUTDOWN, peer);

            topics.topic("com.topic").broadcast(Event.of(1));

            assertThat(peer.says("[32,2,{},\"com.other\"]").hears()).isEmpty();
            assertThat(app.calls()).last().isEqualTo("close");
            assertThat(peer.says(ECHO).hears()).containsExactly("close 1001 server is going away");
            assertThat(peer.says(ECHO).hears()).isEmpty();
        }
    }

    @Test
    void who_has_not_joined_when_the_server_stops_is_told_by_abort() {
        try (V2Peer peer = new V2Peer(server)) {
            assertThat(hearsOf(CloseRequest.Cause.SERVER_SHUTDOWN, peer))
                    .containsExactly(
                            "[3,{\"message\":\"server is going away\"},\"wamp.close.system_shutdown\"]",
                            "close 1001 server is going away");
        }
        assertThat(app.calls()).isEmpty();
    }

    @Test
    void who_is_not_let_in_any_more_is_told_why() {
        try (V2Peer peer = V2Peer.joined(server)) {
            assertThat(hearsOf(CloseRequest.Cause.UNAUTHORIZED, peer))
                    .containsExactly("[6,{\"message\":\"no longer authorized\"},\"wamp.close.killed\"]");
            assertThat(peer.says(ECHO).hears()).containsExactly("close 4401 no longer authorized");
        }
    }

    @Test
    void who_has_left_is_told_nothing() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.says("[6,{},\"wamp.close.close_realm\"]").hears();

            assertThat(hearsOf(CloseRequest.Cause.SERVER_SHUTDOWN, peer)).isEmpty();
        }
    }

    @Test
    void a_client_that_vanishes_is_missed_once() {
        V2Peer peer = V2Peer.joined(server);
        peer.peer.vanishes();
        peer.close();

        assertThat(app.calls()).containsExactly("open", "close");
    }

    @Test
    void who_vanishes_before_hello_was_never_there() {
        V2Peer peer = new V2Peer(server);
        peer.peer.vanishes();
        peer.close();

        assertThat(app.calls()).isEmpty();
    }

    @Test
    void an_abort_of_the_client_is_not_answered() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.says("[3,{},\"com.example.bye\"]");

            assertThat(peer.hears()).containsExactly("close 1000");
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
    void anything_before_hello_is_a_violation(String message) {
        try (V2Peer peer = new V2Peer(server)) {
            peer.says(message).says("[1,\"realm1\",{\"roles\":{\"caller\":{}}}]");

            assertThat(peer.hears()).hasSize(2).first().asString().endsWith("\"wamp.error.protocol_violation\"]");
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
    void what_the_protocol_has_not_ends_the_session_and_nobody_elses(String message) {
        try (V2Peer other = V2Peer.joined(server);
                V2Peer peer = V2Peer.joined(server)) {
            peer.says(message).says("[32,1,{},\"com.topic\"]");

            assertThat(peer.hears())
                    .hasSize(2)
                    .first()
                    .asString()
                    .startsWith("[3,{\"message\":")
                    .endsWith("\"wamp.error.protocol_violation\"]");
            assertThat(app.calls()).containsExactly("open", "open", "close");
            other.says("[32,1,{},\"com.topic\"]");
            assertThat(other.hears()).containsExactly("[33,1,1]");
        }
    }

    @Test
    void a_request_id_that_was_used_is_a_violation_that_says_what_was_expected() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.says("[32,1,{},\"com.a\"]").says("[32,1,{},\"com.b\"]");

            assertThat(peer.hears())
                    .containsExactly(
                            "[33,1,1]",
                            violation("request 1 (expected: 2)"),
                            "close 1002 wamp.error.protocol_violation");
        }
    }

    @Test
    void binary_messages_are_none_of_json() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.peer.saysBinary("[32,1,{},\"com.a\"]");

            assertThat(peer.hears()).first().isEqualTo(violation("binary message (expected: text)"));
        }
    }

    @Test
    void there_must_be_a_realm_of_that_name() {
        try (V2Peer peer = new V2Peer(server)) {
            peer.says("[1,\"com.example.none\",{\"roles\":{\"caller\":{}}}]");

            assertThat(peer.hears())
                    .first()
                    .isEqualTo("[3,{\"message\":\"no realm com.example.none\"},\"wamp.error.no_such_realm\"]");
        }
    }

    @Test
    void a_realm_whose_name_is_no_URI_is_not_looked_for() {
        try (V2Peer peer = new V2Peer(server)) {
            peer.says("[1,\"no realm\",{\"roles\":{\"caller\":{}}}]");

            assertThat(peer.hears())
                    .first()
                    .isEqualTo("[3,{\"message\":\"realm no realm\"},\"wamp.error.invalid_uri\"]");
        }
    }

    @Test
    void a_client_has_a_role() {
        try (V2Peer peer = new V2Peer(server)) {
            peer.says("[1,\"realm1\",{}]");

            assertThat(peer.hears()).first().isEqualTo(violation("HELLO without roles (expected: one or more)"));
        }
    }

    @Test
    void realms_are_worlds_of_their_own_and_WAMP_v1_is_in_the_first() {
        Topics topics = new Topics();
        WampServer two = new WampServer(new Realm("one", new OpenApp(), topics), new Realm("two", new OpenApp()));
        try (V2Peer one = new V2Peer(two).joins("one", V2Peer.ROLES);
                V2Peer other = new V2Peer(two).joins("two", V2Peer.ROLES);
                WampPeer old = new V2Peer(two, "wamp").peer) {
            one.says("[32,1,{},\"com.topic\"]").hears();
            other.says("[32,1,{},\"com.topic\"]").hears();
            old.hears();

            old.says("[7,\"com.topic\",\"hello\"]");

            assertThat(one.hears()).containsExactly("[36,1,P,{},[\"hello\"]]");
            assertThat(other.hears()).isEmpty();
            assertThat(topics.size()).isEqualTo(1);
        }
    }

    @Test
    void realms_may_be_made_on_demand() {
        WampServer onDemand = new WampServer(
                name -> name.startsWith("demand.") ? Optional.of(new Realm(name, new OpenApp())) : Optional.empty(),
                new Realm("realm1", app));
        try (V2Peer one = new V2Peer(onDemand).joins("demand.a", V2Peer.ROLES);
                V2Peer same = new V2Peer(onDemand).joins("demand.a", V2Peer.ROLES);
                V2Peer none = new V2Peer(onDemand)) {
            one.says("[32,1,{},\"com.topic\"]").hears();
            same.says("[16,1,{},\"com.topic\",[1]]");
            none.says("[1,\"other\",{\"roles\":{\"caller\":{}}}]");

            assertThat(one.hears()).containsExactly("[36,1,P,{},[1]]");
            assertThat(none.hears()).first().asString().contains("wamp.error.no_such_realm");
        }
    }

    @Test
    void messages_come_and_go_in_batches_if_that_was_agreed_on() {
        try (V2Peer peer = new V2Peer(server, "wamp.2.json.batched")) {
            peer.says(
                    "[1,\"realm1\",{\"roles\":{\"subscriber\":{}}}]\u001e[32,1,{},\"com.a\"]\u001e[32,2,{},\"com.b\"]\u001e");

            List<String> heard = peer.hears();
            assertThat(heard).hasSize(3);
            assertThat(heard.get(0)).startsWith("[2,").endsWith("]\u001e");
            assertThat(heard.subList(1, 3)).containsExactly("[33,1,1]\u001e", "[33,2,2]\u001e");

            peer.says("[32,3,{},\"com.c\"]");
            assertThat(peer.hears()).first().asString().contains("batch without a record separator at its end");
        }
    }

    @Test
    void an_application_that_closes_says_goodbye() {
        try (V2Peer peer = V2Peer.joined(server)) {
            app.conns.get(0).close(3000, "that is all");

            assertThat(peer.hears()).containsExactly("[6,{\"message\":\"that is all\"},\"wamp.close.killed\"]");
            assertThat(app.conns.get(0).isOpen()).isFalse();
            assertThat(peer.says(ECHO).hears()).containsExactly("close 3000 that is all");
        }
    }
}

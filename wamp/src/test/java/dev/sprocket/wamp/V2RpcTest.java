package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.wamp.annotation.Procedure;
import dev.sprocket.wamp.annotation.WampMethods;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V2RpcTest {
    private static final String CALLEE_LEFT = "\"wamp.error.canceled\",[\"the callee has left\"]]";

    private final WampServer server = new WampServer(new OpenApp());
    private final V2Peer caller = V2Peer.joined(server);
    private final V2Peer callee = V2Peer.joined(server);

    @AfterEach
    void close() {
        caller.close();
        callee.close();
    }

    private void register(String options, String procedure) {
        callee.send("[64,1," + options + ",\"" + procedure + "\"]");
        assertThat(callee.received()).containsExactly("[65,1,1]");
    }

    @Test
    void call_is_routed_to_callee_and_back() {
        register("{}", "com.sum");

        caller.send("[48,1,{},\"com.sum\",[ 1,2 ],{\"k\":3}]").send("[48,2,{},\"com.sum\"]");
        assertThat(callee.received()).containsExactly("[68,1,1,{},[ 1,2 ],{\"k\":3}]", "[68,2,1,{}]");

        callee.send("[70,2,{}]").send("[70,1,{},[ 3.0 ],{\"x\":[]}]");
        assertThat(caller.received()).containsExactly("[50,2,{}]", "[50,1,{},[ 3.0 ],{\"x\":[]}]");
    }

    @Test
    void error_of_callee_is_returned_to_caller() {
        register("{}", "com.sum");

        caller.send("[48,1,{},\"com.sum\"]");
        callee.send("[8,68,1,{},\"com.error.no\",[\"no\"],{\"k\":3}]");

        assertThat(caller.received()).containsExactly("[8,48,1,{},\"com.error.no\",[\"no\"],{\"k\":3}]");
    }

    @Test
    void unregistered_procedures_are_called_on_application() {
        caller.send("[48,1,{},\"app.echo\",[1,\"a\"],{\"k\":[]}]")
                .send("[48,2,{},\"app.one\"]")
                .send("[48,3,{},\"app.named\",[],{\"k\":1}]")
                .send("[48,4,{},\"app.none\"]")
                .send("[48,5,{},\"app.error\"]")
                .send("[48,6,{},\"app..one\"]")
                .send("[48,7,{\"receive_progress\":true},\"app.progress\"]")
                .send("[48,8,{},\"app.progress\"]");

        assertThat(caller.received())
                .containsExactly(
                        "[50,1,{},[[1,\"a\",{\"k\":[]}]]]",
                        "[50,2,{},[1]]",
                        "[50,3,{},[{\"k\":1}]]",
                        "[8,48,4,{},\"wamp.error.no_such_procedure\",[\"no procedure app.none\"]]",
                        "[8,48,5,{},\"app.error.bad\",[\"it is bad\",7]]",
                        "[8,48,6,{},\"wamp.error.invalid_uri\",[\"procedure app..one\"]]",
                        "[50,7,{\"progress\":true},[\"half\"]]",
                        "[50,7,{},[true]]",
                        "[50,8,{},[false]]");
    }

    @Test
    void application_failure_returns_error_and_aborts_session() {
        caller.send("[48,1,{},\"app.bug\"]");

        assertThat(caller.received())
                .containsExactly(
                        "[8,48,1,{},\"wamp.error.internal\",[\"the procedure failed\"]]",
                        "[3,{\"message\":\"internal error\"},\"wamp.close.killed\"]",
                        "close 1011");
    }

    @Test
    void v1_clients_can_call_v2_registrations() {
        register("{}", "com.sum");
        try (WampPeer v1 = new V2Peer(server, "wamp").peer) {
            v1.received();
            v1.send("[2,\"a\",\"com.sum\",1,{\"x\":2}]").send("[2,\"b\",\"com.sum\"]");
            assertThat(callee.received()).containsExactly("[68,1,1,{},[1,{\"x\":2}]]", "[68,2,1,{},[]]");

            callee.send("[70,1,{},[3]]").send("[8,68,2,{},\"com.error.no\",[\"no\",{\"why\":1}]]");
            assertThat(v1.received())
                    .containsExactly("[3,\"a\",3]", "[4,\"b\",\"com.error.no\",\"no\",[\"no\",{\"why\":1}]]");

            v1.send("[2,\"c\",\"com.sum\"]");
        }
        assertThat(callee.received()).containsExactly("[68,3,1,{},[]]", "[69,3,{\"mode\":\"killnowait\"}]");
    }

    @Test
    void procedure_can_be_registered_once() {
        register("{}", "com.sum");

        caller.send("[64,1,{},\"com.sum\"]")
                .send("[64,2,{\"invoke\":\"roundrobin\"},\"com.sum\"]")
                .send("[64,3,{\"invoke\":\"somehow\"},\"com.other\"]")
                .send("[64,4,{},\"wamp.session.count\"]")
                .send("[64,5,{},\"com.a b\"]");

        assertThat(caller.received())
                .containsExactly(
                        "[8,64,1,{},\"wamp.error.procedure_already_exists\",[\"procedure com.sum is registered\"]]",
                        "[8,64,2,{},\"wamp.error.procedure_already_exists\",[\"procedure com.sum is registered\"]]",
                        "[8,64,3,{},\"wamp.error.option_not_allowed\",[\"invoke: \\\"somehow\\\" (expected:"
                                + " single, first, last, roundrobin, random)\"]]",
                        "[8,64,4,{},\"wamp.error.invalid_uri\",[\"REGISTER of wamp.session.count\"]]",
                        "[8,64,5,{},\"wamp.error.invalid_uri\",[\"REGISTER of com.a b\"]]");
    }

    @Test
    void clients_cannot_register_procedures_of_server() {
        class Own {
            @Procedure("com.own")
            int own() {
                return 1;
            }
        }
        try (V2Peer peer = V2Peer.joined(new WampServer(WampMethods.of(new Own())))) {
            peer.send("[64,1,{},\"com.own\"]")
                    .send("[64,2,{\"match\":\"prefix\"},\"com.o\"]")
                    .send("[64,3,{\"match\":\"wildcard\"},\"com.\"]")
                    .send("[64,4,{},\"com.other\"]")
                    .send("[48,5,{},\"com.own\"]");

            assertThat(peer.received())
                    .containsExactly(
                            "[8,64,1,{},\"wamp.error.procedure_already_exists\",[\"procedure com.own belongs to the"
                                    + " server\"]]",
                            "[8,64,2,{},\"wamp.error.procedure_already_exists\",[\"procedure com.o belongs to the"
                                    + " server\"]]",
                            "[8,64,3,{},\"wamp.error.procedure_already_exists\",[\"procedure com. belongs to the"
                                    + " server\"]]",
                            "[65,4,1]",
                            "[50,5,{},[1]]");
        }
    }

    @Test
    void unregistered_procedure_can_be_registered_again() {
        register("{}", "com.sum");

        callee.send("[66,2,1]").send("[66,3,1]");
        caller.send("[48,1,{},\"com.sum\"]").send("[64,2,{},\"com.sum\"]");

        assertThat(callee.received())
                .containsExactly("[67,2]", "[8,66,3,{},\"wamp.error.no_such_registration\",[\"no registration 1\"]]");
        assertThat(caller.received())
                .containsExactly("[8,48,1,{},\"wamp.error.no_such_procedure\",[\"no procedure com.sum\"]]", "[65,2,2]");
    }

    @Test
    void client_cannot_unregister_foreign_registration() {
        register("{}", "com.sum");

        caller.send("[66,1,1]");

        assertThat(caller.received())
                .containsExactly("[8,66,1,{},\"wamp.error.no_such_registration\",[\"no registration 1\"]]");
    }

    @Test
    void leaving_callee_fails_pending_calls() {
        register("{}", "com.sum");
        caller.send("[48,1,{},\"com.sum\"]").send("[48,2,{},\"com.sum\"]");

        callee.peer.disconnect();

        assertThat(caller.received())
                .containsExactlyInAnyOrder("[8,48,1,{}," + CALLEE_LEFT, "[8,48,2,{}," + CALLEE_LEFT);
        caller.send("[48,3,{},\"com.sum\"]");
        assertThat(caller.received())
                .containsExactly("[8,48,3,{},\"wamp.error.no_such_procedure\",[\"no procedure com.sum\"]]");
    }

    @Test
    void leaving_caller_interrupts_callee() {
        register("{}", "com.sum");
        caller.send("[48,1,{},\"com.sum\"]").send("[6,{},\"wamp.close.normal\"]");

        assertThat(callee.received()).containsExactly("[68,1,1,{}]", "[69,1,{\"mode\":\"killnowait\"}]");
        callee.send("[70,1,{},[1]]").send("[48,2,{},\"app.one\"]");
        assertThat(callee.received()).containsExactly("[50,2,{},[1]]");
    }

    @Test
    void unsolicited_yield_is_protocol_violation() {
        register("{}", "com.sum");

        callee.send("[70,1,{},[1]]");

        assertThat(callee.received())
                .first()
                .isEqualTo("[3,{\"message\":\"response to invocation 1 (expected: <= 0)\"},"
                        + "\"wamp.error.protocol_violation\"]");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"mode\":\"skip\"}', false, true",
        "'{\"mode\":\"kill\"}', true, false",
        "'{\"mode\":\"killnowait\"}', true, true",
        "'{}', true, true"
    })
    void cancel_mode_determines_interrupt_and_error(String options, boolean interrupts, boolean respondsAtOnce) {
        register("{}", "com.slow");
        caller.send("[48,1,{},\"com.slow\"]").send("[49,1," + options + "]");

        String canceled = "[8,48,1,{},\"wamp.error.canceled\"]";
        assertThat(callee.received().size() == 2).isEqualTo(interrupts);
        assertThat(caller.received()).isEqualTo(respondsAtOnce ? java.util.List.of(canceled) : java.util.List.of());

        callee.send("[8,68,1,{},\"wamp.error.canceled\"]").send("[48,2,{},\"app.one\"]");
        assertThat(caller.received()).isEqualTo(respondsAtOnce ? java.util.List.of() : java.util.List.of(canceled));
        assertThat(callee.received()).containsExactly("[50,2,{},[1]]");
    }

    @Test
    void callee_without_canceling_is_not_interrupted() {
        try (V2Peer basicClient = new V2Peer(server).join("realm1", "{\"callee\":{}}")) {
            basicClient.send("[64,1,{},\"com.slow\"]").received();

            caller.send("[48,1,{},\"com.slow\"]").send("[49,1,{\"mode\":\"kill\"}]");

            assertThat(basicClient.received()).containsExactly("[68,1,1,{}]");
            assertThat(caller.received()).containsExactly("[8,48,1,{},\"wamp.error.canceled\"]");
        }
    }

    @Test
    void cancel_of_unknown_call_is_ignored() {
        caller.send("[48,1,{},\"app.one\"]").send("[49,1,{}]").send("[49,7,{}]");

        assertThat(caller.received()).containsExactly("[50,1,{},[1]]");
    }

    @Test
    void application_call_can_be_canceled_and_time_out() {
        caller.peer.channel.freezeTime();
        caller.send("[48,1,{},\"app.never\"]").send("[49,1,{}]").send("[48,2,{\"timeout\":100},\"app.never\"]");
        assertThat(caller.received()).containsExactly("[8,48,1,{},\"wamp.error.canceled\"]");

        caller.peer.channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
        caller.peer.channel.runScheduledPendingTasks();
        assertThat(caller.received()).containsExactly("[8,48,2,{},\"wamp.error.timeout\"]");
    }

    @Test
    void call_timeout_interrupts_callee_unless_progress_arrives() {
        caller.peer.channel.freezeTime();
        register("{}", "com.slow");
        caller.send("[48,1,{\"timeout\":100,\"receive_progress\":true},\"com.slow\"]");
        caller.peer.channel.advanceTimeBy(99, TimeUnit.MILLISECONDS);
        callee.send("[70,1,{\"progress\":true},[1]]");
        caller.peer.channel.advanceTimeBy(99, TimeUnit.MILLISECONDS);
        caller.peer.channel.runScheduledPendingTasks();
        assertThat(caller.received()).containsExactly("[50,1,{\"progress\":true},[1]]");

        caller.peer.channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        caller.peer.channel.runScheduledPendingTasks();

        assertThat(caller.received()).containsExactly("[8,48,1,{},\"wamp.error.timeout\"]");
        assertThat(callee.received())
                .containsExactly("[68,1,1,{\"receive_progress\":true}]", "[69,1,{\"mode\":\"killnowait\"}]");
    }

    @Test
    void callee_can_handle_timeout_itself() {
        try (V2Peer careful =
                new V2Peer(server).join("realm1", "{\"callee\":{\"features\":{\"call_timeout\":true}}}")) {
            careful.send("[64,1,{\"forward_timeout\":true},\"com.slow\"]").received();

            caller.send("[48,1,{\"timeout\":100},\"com.slow\"]");

            assertThat(careful.received()).containsExactly("[68,1,1,{\"timeout\":100}]");
        }
    }

    @Test
    void progressive_results_are_sent_on_request() {
        register("{}", "com.slow");
        caller.send("[48,1,{\"receive_progress\":true},\"com.slow\"]").send("[48,2,{},\"com.slow\"]");
        assertThat(callee.received()).containsExactly("[68,1,1,{\"receive_progress\":true}]", "[68,2,1,{}]");

        callee.send("[70,1,{\"progress\":true},[1]]")
                .send("[70,1,{\"progress\":true}]")
                .send("[70,1,{},[2]]")
                .send("[70,1,{\"progress\":true},[3]]")
                .send("[70,2,{\"progress\":true},[1]]")
                .send("[70,2,{},[2]]");

        assertThat(caller.received())
                .containsExactly(
                        "[50,1,{\"progress\":true},[1]]",
                        "[50,1,{\"progress\":true}]",
                        "[50,1,{},[2]]",
                        "[50,2,{},[2]]");
    }

    @Test
    void progressive_calls_go_to_same_callee() {
        try (V2Peer other = V2Peer.joined(server)) {
            register("{\"invoke\":\"roundrobin\"}", "com.upload");
            other.send("[64,1,{\"invoke\":\"roundrobin\"},\"com.upload\"]").received();

            caller.send("[48,1,{\"progress\":true,\"receive_progress\":true},\"com.upload\",[1]]")
                    .send("[48,2,{},\"com.upload\",[\"other\"]]")
                    .send("[48,1,{\"progress\":true},\"com.upload\",[2]]")
                    .send("[48,1,{},\"com.upload\",[3]]");

            assertThat(callee.received())
                    .hasSize(3)
                    .allMatch(text -> text.startsWith("[68,1,1,{") && text.contains("\"receive_progress\":true"))
                    .satisfiesExactly(
                            one -> assertThat(one).contains("\"progress\":true").endsWith("},[1]]"),
                            twoRealms -> assertThat(twoRealms)
                                    .contains("\"progress\":true")
                                    .endsWith("},[2]]"),
                            three -> assertThat(three).endsWith("{\"receive_progress\":true},[3]]"));
            assertThat(other.received()).containsExactly("[68,1,1,{},[\"other\"]]");

            callee.send("[70,1,{},[6]]");
            caller.send("[48,1,{\"progress\":true},\"com.upload\",[4]]");
            assertThat(caller.received()).containsExactly("[50,1,{},[6]]");
            assertThat(callee.received()).isEmpty();
        }
    }

    @Test
    void reused_call_id_is_protocol_violation() {
        caller.send("[48,1,{},\"app.never\"]").send("[48,1,{},\"app.never\"]");

        assertThat(caller.received())
                .first()
                .isEqualTo("[3,{\"message\":\"request 1 used twice (expected: a progressive call)\"},"
                        + "\"wamp.error.protocol_violation\"]");
    }

    @Test
    void progressive_call_requires_supporting_callee() {
        try (V2Peer basicClient = new V2Peer(server).join("realm1", "{\"callee\":{}}")) {
            basicClient.send("[64,1,{},\"com.simple\"]").received();

            caller.send("[48,1,{\"progress\":true},\"com.simple\"]").send("[48,2,{\"progress\":true},\"app.one\"]");

            assertThat(basicClient.received()).isEmpty();
            assertThat(caller.received())
                    .hasSize(2)
                    .allMatch(text -> text.contains("\"wamp.error.feature_not_supported\""));
        }
        try (V2Peer callerOnly = new V2Peer(server).join("realm1", "{\"caller\":{}}")) {
            callerOnly.send("[48,1,{\"progress\":true},\"app.one\"]");
            assertThat(callerOnly.received()).first().asString().contains("wamp.error.protocol_violation");
        }
    }

    @Test
    void best_matching_pattern_receives_call_with_procedure() {
        callee.send("[64,1,{\"match\":\"prefix\"},\"com.a\"]")
                .send("[64,2,{\"match\":\"prefix\"},\"com.a.b\"]")
                .send("[64,3,{\"match\":\"wildcard\"},\"org..x\"]")
                .send("[64,4,{},\"com.a.b.c\"]")
                .received();

        caller.send("[48,1,{},\"com.a.z\"]")
                .send("[48,2,{},\"com.a.b.z\"]")
                .send("[48,3,{},\"org.q.x\"]")
                .send("[48,4,{},\"com.a.b.c\"]");

        assertThat(callee.received())
                .containsExactly(
                        "[68,1,1,{\"procedure\":\"com.a.z\"}]",
                        "[68,2,2,{\"procedure\":\"com.a.b.z\"}]",
                        "[68,3,3,{\"procedure\":\"org.q.x\"}]",
                        "[68,4,4,{}]");
    }

    @ParameterizedTest
    @CsvSource({"first, 4, 0", "last, 0, 4", "roundrobin, 2, 2"})
    void invocation_policy_selects_callee(String invoke, int first, int second) {
        try (V2Peer other = V2Peer.joined(server)) {
            register("{\"invoke\":\"" + invoke + "\"}", "com.work");
            other.send("[64,1,{\"invoke\":\"" + invoke + "\"},\"com.work\"]")
                    .send("[64,2,{\"invoke\":\"random\"},\"com.work\"]");
            assertThat(other.received())
                    .containsExactly(
                            "[65,1,1]",
                            "[8,64,2,{},\"wamp.error.procedure_already_exists\",[\"procedure com.work is"
                                    + " registered\"]]");

            for (int i = 1; i <= 4; i++) {
                caller.send("[48," + i + ",{},\"com.work\"]");
            }
            assertThat(callee.received()).hasSize(first);
            assertThat(other.received()).hasSize(second);

            callee.peer.disconnect();
            other.received();
            caller.send("[48,5,{},\"com.work\"]");
            assertThat(other.received()).hasSize(1);
        }
    }

    @Test
    void caller_can_be_disclosed() {
        register("{}", "com.who");

        caller.send("[48,1,{\"disclose_me\":true},\"com.who\"]");

        assertThat(callee.received().get(0))
                .contains("\"caller\":" + caller.session, "\"caller_authid\":\"", "\"caller_authrole\":\"anonymous\"");
    }

    @Test
    void too_many_registrations_abort_session_and_are_released() {
        WampServer twoRealms = new WampServer(new Realm("realm1", new OpenApp()).maxRegistrations(2));
        try (V2Peer flood = V2Peer.joined(twoRealms);
                V2Peer other = V2Peer.joined(twoRealms)) {
            flood.send("[64,1,{},\"com.a\"]").send("[64,2,{},\"com.b\"]").send("[64,3,{},\"com.c\"]");

            assertThat(flood.received())
                    .contains("[3,{\"message\":\"limit of 2 registrations per connection"
                            + " reached\"},\"wamp.close.killed\"]");
            flood.peer.disconnect();
            other.send("[64,1,{},\"com.a\"]").send("[64,2,{},\"com.b\"]");
            assertThat(other.received()).containsExactly("[65,1,3]", "[65,2,4]");
        }
    }

    @Test
    void interrupt_contains_known_cancel_mode_only() {
        register("{}", "com.slow");
        caller.send("[48,1,{},\"com.slow\"]");
        callee.received();

        caller.send("[49,1,{\"mode\":\"bogus\"}]");

        assertThat(callee.received()).containsExactly("[69,1,{\"mode\":\"killnowait\"}]");
        assertThat(caller.received()).containsExactly("[8,48,1,{},\"wamp.error.canceled\"]");
    }

    @Test
    void concurrent_progressive_calls_continue_independently() {
        register("{}", "com.bits");
        for (int i = 1; i <= 101; i++) {
            caller.send("[48," + i + ",{\"progress\":true},\"com.bits\",[1]]");
        }
        assertThat(callee.received()).hasSize(101);

        caller.send("[48,1,{},\"com.bits\",[2]]");

        assertThat(callee.received()).containsExactly("[68,1,1,{},[2]]");
        assertThat(caller.received()).isEmpty();
    }

    @Test
    void progressive_parts_of_rejected_call_are_ignored() {
        caller.send("[48,1,{\"progress\":true},\"com..bits\",[1]]").send("[48,1,{},\"com..bits\",[2]]");

        assertThat(caller.received())
                .containsExactly("[8,48,1,{},\"wamp.error.invalid_uri\",[\"procedure com..bits\"]]");
    }

    @Test
    void leaving_caller_ends_application_call() {
        List<Call> calls = new ArrayList<>();
        V2Peer leaving = V2Peer.joined(new WampServer(new WampComponent() {
            @Override
            public void onCall(WampConnection conn, Call call) {
                calls.add(call);
            }
        }));
        leaving.send("[48,1,{},\"app.slow\"]");
        assertThat(calls).hasSize(1).noneMatch(Call::isDone);

        leaving.close();

        assertThat(calls).allMatch(Call::isDone);
    }

    @Test
    void disconnected_v1_caller_cancels_calls_with_equal_ids() {
        WampServer server = new WampServer(new OpenApp());
        try (V2Peer callee = V2Peer.joined(server);
                WampPeer caller = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER)) {
            callee.send("[64,1,{},\"com.slow\"]").received();
            caller.send("[2,\"a\",\"com.slow\"]").send("[2,\"a\",\"com.slow\"]");
            assertThat(callee.received()).hasSize(2).allMatch(message -> message.startsWith("[68,"));

            caller.disconnect();

            assertThat(callee.received())
                    .containsExactlyInAnyOrder("[69,1,{\"mode\":\"killnowait\"}]", "[69,2,{\"mode\":\"killnowait\"}]");
        }
    }
}

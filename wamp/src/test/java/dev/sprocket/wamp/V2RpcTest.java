package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

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
    private static final String LEFT = "\"wamp.error.canceled\",[\"the callee has left\"]]";

    private final WampServer server = new WampServer(new OpenApp());
    private final V2Peer caller = V2Peer.joined(server);
    private final V2Peer callee = V2Peer.joined(server);

    @AfterEach
    void close() {
        caller.close();
        callee.close();
    }

    private void registered(String options, String procedure) {
        callee.says("[64,1," + options + ",\"" + procedure + "\"]");
        assertThat(callee.hears()).containsExactly("[65,1,1]");
    }

    @Test
    void a_call_goes_to_who_registered_it_and_the_answer_comes_back() {
        registered("{}", "com.sum");

        caller.says("[48,1,{},\"com.sum\",[ 1,2 ],{\"k\":3}]").says("[48,2,{},\"com.sum\"]");
        assertThat(callee.hears()).containsExactly("[68,1,1,{},[ 1,2 ],{\"k\":3}]", "[68,2,1,{}]");

        callee.says("[70,2,{}]").says("[70,1,{},[ 3.0 ],{\"x\":[]}]");
        assertThat(caller.hears()).containsExactly("[50,2,{}]", "[50,1,{},[ 3.0 ],{\"x\":[]}]");
    }

    @Test
    void an_error_comes_back_too() {
        registered("{}", "com.sum");

        caller.says("[48,1,{},\"com.sum\"]");
        callee.says("[8,68,1,{},\"com.error.no\",[\"no\"],{\"k\":3}]");

        assertThat(caller.hears()).containsExactly("[8,48,1,{},\"com.error.no\",[\"no\"],{\"k\":3}]");
    }

    @Test
    void procedures_are_the_applications_if_no_client_has_registered_them() {
        caller.says("[48,1,{},\"app.echo\",[1,\"a\"],{\"k\":[]}]")
                .says("[48,2,{},\"app.one\"]")
                .says("[48,3,{},\"app.named\",[],{\"k\":1}]")
                .says("[48,4,{},\"app.none\"]")
                .says("[48,5,{},\"app.error\"]")
                .says("[48,6,{},\"app..one\"]")
                .says("[48,7,{\"receive_progress\":true},\"app.progress\"]")
                .says("[48,8,{},\"app.progress\"]");

        assertThat(caller.hears())
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
    void a_bug_of_the_application_is_an_answer_and_ends_the_session() {
        caller.says("[48,1,{},\"app.bug\"]");

        assertThat(caller.hears())
                .containsExactly(
                        "[8,48,1,{},\"wamp.error.internal\",[\"the procedure failed\"]]",
                        "[3,{\"message\":\"internal error\"},\"wamp.close.killed\"]",
                        "close 1011");
    }

    @Test
    void clients_of_WAMP_v1_call_what_clients_of_v2_have_registered() {
        registered("{}", "com.sum");
        try (WampPeer old = new V2Peer(server, "wamp").peer) {
            old.hears();
            old.says("[2,\"a\",\"com.sum\",1,{\"x\":2}]").says("[2,\"b\",\"com.sum\"]");
            assertThat(callee.hears()).containsExactly("[68,1,1,{},[1,{\"x\":2}]]", "[68,2,1,{},[]]");

            callee.says("[70,1,{},[3]]").says("[8,68,2,{},\"com.error.no\",[\"no\",{\"why\":1}]]");
            assertThat(old.hears())
                    .containsExactly("[3,\"a\",3]", "[4,\"b\",\"com.error.no\",\"no\",[\"no\",{\"why\":1}]]");

            old.says("[2,\"c\",\"com.sum\"]");
        }
        assertThat(callee.hears()).containsExactly("[68,3,1,{},[]]", "[69,3,{\"mode\":\"killnowait\"}]");
    }

    @Test
    void a_procedure_is_registered_once() {
        registered("{}", "com.sum");

        caller.says("[64,1,{},\"com.sum\"]")
                .says("[64,2,{\"invoke\":\"roundrobin\"},\"com.sum\"]")
                .says("[64,3,{\"invoke\":\"somehow\"},\"com.other\"]")
                .says("[64,4,{},\"wamp.session.count\"]")
                .says("[64,5,{},\"com.a b\"]");

        assertThat(caller.hears())
                .containsExactly(
                        "[8,64,1,{},\"wamp.error.procedure_already_exists\",[\"procedure com.sum is registered\"]]",
                        "[8,64,2,{},\"wamp.error.procedure_already_exists\",[\"procedure com.sum is registered\"]]",
                        "[8,64,3,{},\"wamp.error.option_not_allowed\",[\"invoke: \\\"somehow\\\" (expected:"
                                + " single, first, last, roundrobin, random)\"]]",
                        "[8,64,4,{},\"wamp.error.invalid_uri\",[\"REGISTER of wamp.session.count\"]]",
                        "[8,64,5,{},\"wamp.error.invalid_uri\",[\"REGISTER of com.a b\"]]");
    }

    @Test
    void what_the_server_has_a_method_for_is_not_registered_by_clients() {
        class Own {
            @Procedure("com.own")
            int own() {
                return 1;
            }
        }
        try (V2Peer peer = V2Peer.joined(new WampServer(WampMethods.of(new Own())))) {
            peer.says("[64,1,{},\"com.own\"]")
                    .says("[64,2,{\"match\":\"prefix\"},\"com.o\"]")
                    .says("[64,3,{\"match\":\"wildcard\"},\"com.\"]")
                    .says("[64,4,{},\"com.other\"]")
                    .says("[48,5,{},\"com.own\"]");

            assertThat(peer.hears())
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
    void what_is_unregistered_is_not_called_and_free_again() {
        registered("{}", "com.sum");

        callee.says("[66,2,1]").says("[66,3,1]");
        caller.says("[48,1,{},\"com.sum\"]").says("[64,2,{},\"com.sum\"]");

        assertThat(callee.hears())
                .containsExactly("[67,2]", "[8,66,3,{},\"wamp.error.no_such_registration\",[\"no registration 1\"]]");
        assertThat(caller.hears())
                .containsExactly("[8,48,1,{},\"wamp.error.no_such_procedure\",[\"no procedure com.sum\"]]", "[65,2,2]");
    }

    @Test
    void another_clients_registration_is_not_mine_to_end() {
        registered("{}", "com.sum");

        caller.says("[66,1,1]");

        assertThat(caller.hears())
                .containsExactly("[8,66,1,{},\"wamp.error.no_such_registration\",[\"no registration 1\"]]");
    }

    @Test
    void a_callee_that_leaves_is_an_error_for_who_waits_for_it() {
        registered("{}", "com.sum");
        caller.says("[48,1,{},\"com.sum\"]").says("[48,2,{},\"com.sum\"]");

        callee.peer.vanishes();

        assertThat(caller.hears()).containsExactlyInAnyOrder("[8,48,1,{}," + LEFT, "[8,48,2,{}," + LEFT);
        caller.says("[48,3,{},\"com.sum\"]");
        assertThat(caller.hears())
                .containsExactly("[8,48,3,{},\"wamp.error.no_such_procedure\",[\"no procedure com.sum\"]]");
    }

    @Test
    void a_caller_that_leaves_interrupts_and_late_answers_are_passed_over() {
        registered("{}", "com.sum");
        caller.says("[48,1,{},\"com.sum\"]").says("[6,{},\"wamp.close.normal\"]");

        assertThat(callee.hears()).containsExactly("[68,1,1,{}]", "[69,1,{\"mode\":\"killnowait\"}]");
        callee.says("[70,1,{},[1]]").says("[48,2,{},\"app.one\"]");
        assertThat(callee.hears()).containsExactly("[50,2,{},[1]]");
    }

    @Test
    void an_answer_to_what_was_never_asked_is_a_violation() {
        registered("{}", "com.sum");

        callee.says("[70,1,{},[1]]");

        assertThat(callee.hears())
                .first()
                .isEqualTo("[3,{\"message\":\"answer to invocation 1 (expected: <= 0)\"},"
                        + "\"wamp.error.protocol_violation\"]");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"mode\":\"skip\"}', false, true",
        "'{\"mode\":\"kill\"}', true, false",
        "'{\"mode\":\"killnowait\"}', true, true",
        "'{}', true, true"
    })
    void a_call_is_canceled(String options, boolean interrupts, boolean answersAtOnce) {
        registered("{}", "com.slow");
        caller.says("[48,1,{},\"com.slow\"]").says("[49,1," + options + "]");

        String canceled = "[8,48,1,{},\"wamp.error.canceled\"]";
        assertThat(callee.hears().size() == 2).isEqualTo(interrupts);
        assertThat(caller.hears()).isEqualTo(answersAtOnce ? java.util.List.of(canceled) : java.util.List.of());

        callee.says("[8,68,1,{},\"wamp.error.canceled\"]").says("[48,2,{},\"app.one\"]");
        assertThat(caller.hears()).isEqualTo(answersAtOnce ? java.util.List.of() : java.util.List.of(canceled));
        assertThat(callee.hears()).containsExactly("[50,2,{},[1]]");
    }

    @Test
    void a_callee_that_cannot_be_interrupted_is_not() {
        try (V2Peer simple = new V2Peer(server).joins("realm1", "{\"callee\":{}}")) {
            simple.says("[64,1,{},\"com.slow\"]").hears();

            caller.says("[48,1,{},\"com.slow\"]").says("[49,1,{\"mode\":\"kill\"}]");

            assertThat(simple.hears()).containsExactly("[68,1,1,{}]");
            assertThat(caller.hears()).containsExactly("[8,48,1,{},\"wamp.error.canceled\"]");
        }
    }

    @Test
    void what_is_over_or_never_was_cannot_be_canceled() {
        caller.says("[48,1,{},\"app.one\"]").says("[49,1,{}]").says("[49,7,{}]");

        assertThat(caller.hears()).containsExactly("[50,1,{},[1]]");
    }

    @Test
    void a_call_of_the_application_can_be_canceled_and_can_time_out() {
        caller.peer.channel.freezeTime();
        caller.says("[48,1,{},\"app.never\"]").says("[49,1,{}]").says("[48,2,{\"timeout\":100},\"app.never\"]");
        assertThat(caller.hears()).containsExactly("[8,48,1,{},\"wamp.error.canceled\"]");

        caller.peer.channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
        caller.peer.channel.runScheduledPendingTasks();
        assertThat(caller.hears()).containsExactly("[8,48,2,{},\"wamp.error.timeout\"]");
    }

    @Test
    void a_callee_that_never_answers_is_interrupted_in_time_and_progress_gives_it_more() {
        caller.peer.channel.freezeTime();
        registered("{}", "com.slow");
        caller.says("[48,1,{\"timeout\":100,\"receive_progress\":true},\"com.slow\"]");
        caller.peer.channel.advanceTimeBy(99, TimeUnit.MILLISECONDS);
        callee.says("[70,1,{\"progress\":true},[1]]");
        caller.peer.channel.advanceTimeBy(99, TimeUnit.MILLISECONDS);
        caller.peer.channel.runScheduledPendingTasks();
        assertThat(caller.hears()).containsExactly("[50,1,{\"progress\":true},[1]]");

        caller.peer.channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        caller.peer.channel.runScheduledPendingTasks();

        assertThat(caller.hears()).containsExactly("[8,48,1,{},\"wamp.error.timeout\"]");
        assertThat(callee.hears())
                .containsExactly("[68,1,1,{\"receive_progress\":true}]", "[69,1,{\"mode\":\"killnowait\"}]");
    }

    @Test
    void a_callee_may_see_to_the_timeout_itself() {
        try (V2Peer careful =
                new V2Peer(server).joins("realm1", "{\"callee\":{\"features\":{\"call_timeout\":true}}}")) {
            careful.says("[64,1,{\"forward_timeout\":true},\"com.slow\"]").hears();

            caller.says("[48,1,{\"timeout\":100},\"com.slow\"]");

            assertThat(careful.hears()).containsExactly("[68,1,1,{\"timeout\":100}]");
        }
    }

    @Test
    void results_come_bit_by_bit_if_the_caller_wants_them_so() {
        registered("{}", "com.slow");
        caller.says("[48,1,{\"receive_progress\":true},\"com.slow\"]").says("[48,2,{},\"com.slow\"]");
        assertThat(callee.hears()).containsExactly("[68,1,1,{\"receive_progress\":true}]", "[68,2,1,{}]");

        callee.says("[70,1,{\"progress\":true},[1]]")
                .says("[70,1,{\"progress\":true}]")
                .says("[70,1,{},[2]]")
                .says("[70,1,{\"progress\":true},[3]]")
                .says("[70,2,{\"progress\":true},[1]]")
                .says("[70,2,{},[2]]");

        assertThat(caller.hears())
                .containsExactly(
                        "[50,1,{\"progress\":true},[1]]",
                        "[50,1,{\"progress\":true}]",
                        "[50,1,{},[2]]",
                        "[50,2,{},[2]]");
    }

    @Test
    void calls_come_bit_by_bit_and_go_to_the_same_callee() {
        try (V2Peer other = V2Peer.joined(server)) {
            registered("{\"invoke\":\"roundrobin\"}", "com.upload");
            other.says("[64,1,{\"invoke\":\"roundrobin\"},\"com.upload\"]").hears();

            caller.says("[48,1,{\"progress\":true,\"receive_progress\":true},\"com.upload\",[1]]")
                    .says("[48,2,{},\"com.upload\",[\"other\"]]")
                    .says("[48,1,{\"progress\":true},\"com.upload\",[2]]")
                    .says("[48,1,{},\"com.upload\",[3]]");

            assertThat(callee.hears())
                    .hasSize(3)
                    .allMatch(text -> text.startsWith("[68,1,1,{") && text.contains("\"receive_progress\":true"))
                    .satisfiesExactly(
                            one -> assertThat(one).contains("\"progress\":true").endsWith("},[1]]"),
                            two -> assertThat(two).contains("\"progress\":true").endsWith("},[2]]"),
                            three -> assertThat(three).endsWith("{\"receive_progress\":true},[3]]"));
            assertThat(other.hears()).containsExactly("[68,1,1,{},[\"other\"]]");

            callee.says("[70,1,{},[6]]");
            caller.says("[48,1,{\"progress\":true},\"com.upload\",[4]]");
            assertThat(caller.hears()).containsExactly("[50,1,{},[6]]");
            assertThat(callee.hears()).isEmpty();
        }
    }

    @Test
    void a_call_id_that_was_used_is_a_violation() {
        caller.says("[48,1,{},\"app.never\"]").says("[48,1,{},\"app.never\"]");

        assertThat(caller.hears())
                .first()
                .isEqualTo("[3,{\"message\":\"request 1 used twice (expected: a progressive call)\"},"
                        + "\"wamp.error.protocol_violation\"]");
    }

    @Test
    void a_callee_that_takes_no_calls_bit_by_bit_gets_none_and_neither_does_the_application() {
        try (V2Peer simple = new V2Peer(server).joins("realm1", "{\"callee\":{}}")) {
            simple.says("[64,1,{},\"com.simple\"]").hears();

            caller.says("[48,1,{\"progress\":true},\"com.simple\"]").says("[48,2,{\"progress\":true},\"app.one\"]");

            assertThat(simple.hears()).isEmpty();
            assertThat(caller.hears())
                    .hasSize(2)
                    .allMatch(text -> text.contains("\"wamp.error.feature_not_supported\""));
        }
        try (V2Peer silent = new V2Peer(server).joins("realm1", "{\"caller\":{}}")) {
            silent.says("[48,1,{\"progress\":true},\"app.one\"]");
            assertThat(silent.hears()).first().asString().contains("wamp.error.protocol_violation");
        }
    }

    @Test
    void patterns_of_procedures_say_which_it_was_and_the_best_fits() {
        callee.says("[64,1,{\"match\":\"prefix\"},\"com.a\"]")
                .says("[64,2,{\"match\":\"prefix\"},\"com.a.b\"]")
                .says("[64,3,{\"match\":\"wildcard\"},\"org..x\"]")
                .says("[64,4,{},\"com.a.b.c\"]")
                .hears();

        caller.says("[48,1,{},\"com.a.z\"]")
                .says("[48,2,{},\"com.a.b.z\"]")
                .says("[48,3,{},\"org.q.x\"]")
                .says("[48,4,{},\"com.a.b.c\"]");

        assertThat(callee.hears())
                .containsExactly(
                        "[68,1,1,{\"procedure\":\"com.a.z\"}]",
                        "[68,2,2,{\"procedure\":\"com.a.b.z\"}]",
                        "[68,3,3,{\"procedure\":\"org.q.x\"}]",
                        "[68,4,4,{}]");
    }

    @ParameterizedTest
    @CsvSource({"first, 4, 0", "last, 0, 4", "roundrobin, 2, 2"})
    void registrations_are_shared(String invoke, int first, int second) {
        try (V2Peer other = V2Peer.joined(server)) {
            registered("{\"invoke\":\"" + invoke + "\"}", "com.work");
            other.says("[64,1,{\"invoke\":\"" + invoke + "\"},\"com.work\"]")
                    .says("[64,2,{\"invoke\":\"random\"},\"com.work\"]");
            assertThat(other.hears())
                    .containsExactly(
                            "[65,1,1]",
                            "[8,64,2,{},\"wamp.error.procedure_already_exists\",[\"procedure com.work is"
                                    + " registered\"]]");

            for (int i = 1; i <= 4; i++) {
                caller.says("[48," + i + ",{},\"com.work\"]");
            }
            assertThat(callee.hears()).hasSize(first);
            assertThat(other.hears()).hasSize(second);

            callee.peer.vanishes();
            other.hears();
            caller.says("[48,5,{},\"com.work\"]");
            assertThat(other.hears()).hasSize(1);
        }
    }

    @Test
    void a_caller_may_say_who_it_is() {
        registered("{}", "com.who");

        caller.says("[48,1,{\"disclose_me\":true},\"com.who\"]");

        assertThat(callee.hears().get(0))
                .contains("\"caller\":" + caller.session, "\"caller_authid\":\"", "\"caller_authrole\":\"anonymous\"");
    }

    @Test
    void a_flood_of_registrations_ends_the_session_and_leaves_nothing_behind() {
        WampServer two = new WampServer(new Realm("realm1", new OpenApp()).maxRegistrations(2));
        try (V2Peer flood = V2Peer.joined(two);
                V2Peer other = V2Peer.joined(two)) {
            flood.says("[64,1,{},\"com.a\"]").says("[64,2,{},\"com.b\"]").says("[64,3,{},\"com.c\"]");

            assertThat(flood.hears()).contains("[3,{\"message\":\"more than 2 registrations\"},\"wamp.close.killed\"]");
            flood.peer.vanishes();
            other.says("[64,1,{},\"com.a\"]").says("[64,2,{},\"com.b\"]");
            assertThat(other.hears()).containsExactly("[65,1,3]", "[65,2,4]");
        }
    }

    @Test
    void a_callee_is_told_no_mode_of_canceling_that_there_is_not() {
        registered("{}", "com.slow");
        caller.says("[48,1,{},\"com.slow\"]");
        callee.hears();

        caller.says("[49,1,{\"mode\":\"bogus\"}]");

        assertThat(callee.hears()).containsExactly("[69,1,{\"mode\":\"killnowait\"}]");
        assertThat(caller.hears()).containsExactly("[8,48,1,{},\"wamp.error.canceled\"]");
    }

    @Test
    void however_many_calls_come_bit_by_bit_each_goes_on() {
        registered("{}", "com.bits");
        for (int i = 1; i <= 101; i++) {
            caller.says("[48," + i + ",{\"progress\":true},\"com.bits\",[1]]");
        }
        assertThat(callee.hears()).hasSize(101);

        caller.says("[48,1,{},\"com.bits\",[2]]");

        assertThat(callee.hears()).containsExactly("[68,1,1,{},[2]]");
        assertThat(caller.hears()).isEmpty();
    }

    @Test
    void bits_of_a_call_that_was_refused_are_passed_over() {
        caller.says("[48,1,{\"progress\":true},\"com..bits\",[1]]").says("[48,1,{},\"com..bits\",[2]]");

        assertThat(caller.hears()).containsExactly("[8,48,1,{},\"wamp.error.invalid_uri\",[\"procedure com..bits\"]]");
    }

    @Test
    void a_call_that_the_application_is_at_is_over_when_the_caller_has_left() {
        List<Call> calls = new ArrayList<>();
        V2Peer leaving = V2Peer.joined(new WampServer(new WampComponent() {
            @Override
            public void onCall(WampConnection conn, Call call) {
                calls.add(call);
            }
        }));
        leaving.says("[48,1,{},\"app.slow\"]");
        assertThat(calls).hasSize(1).noneMatch(Call::isDone);

        leaving.close();

        assertThat(calls).allMatch(Call::isDone);
    }
}

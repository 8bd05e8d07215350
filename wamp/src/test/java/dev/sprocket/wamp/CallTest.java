package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CALL, CALLRESULT and CALLERROR. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class CallTest {
    private final List<Call> calls = new ArrayList<>();

    private interface Procedure {
        void run(Call call) throws Exception;
    }

    private RecordingApp app(Procedure procedure) {
        return new RecordingApp() {
            @Override
            public void onCall(WampConnection conn, Call call) throws Exception {
                calls.add(call);
                procedure.run(call);
            }
        };
    }

    private List<String> answers(String request, Procedure procedure) {
        try (WampPeer peer = new WampPeer(app(procedure))) {
            peer.hears();
            return peer.says(request).hears();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[2,1,\"p\"]|[]",
                "[2,1,\"p\",\"a\"]|[\"a\"]",
                "[2,1,\"p\",\"a\",2]|[\"a\", 2]",
                "[2,1,\"p\",[\"a\",\"b\"]]|[\"a\", \"b\"]",
                "[2,1,\"p\",[]]|[]",
                "[2,1,\"p\",[\"a\"],[\"b\"]]|[[\"a\"], [\"b\"]]",
                "[2,1,\"p\",[[1,2]]]|[[1,2]]",
                "[2,1,\"p\",{\"x\":1}]|[{\"x\":1}]",
                "[2,1,\"p\",null]|[null]",
                "[2,1,\"p\",1.50,true]|[1.50, true]",
                "[ 2 , 1 , \"p\" , \"a\" ]|[\"a\"]"
            })
    void arguments_follow_the_procedure_and_a_single_array_stands_for_its_items(String request, String arguments) {
        answers(request, call -> {});

        assertThat(calls).hasSize(1);
        assertThat(calls.get(0).procedure()).isEqualTo("p");
        assertThat(calls.get(0).arguments()).hasToString(arguments);
    }

    @Test
    void a_single_object_holds_arguments_by_name() {
        answers("[2,1,\"p\",{\"x\":7}]", call -> {});
        answers("[2,1,\"p\",{\"x\":7},8]", call -> {});
        answers("[2,1,\"p\"]", call -> {});

        assertThat(calls.get(0).named())
                .hasValueSatisfying(
                        named -> assertThat(named.get("x").getAsInt()).isEqualTo(7));
        assertThat(calls.get(1).named()).isEmpty();
        assertThat(calls.get(2).named()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"id\"", "7", "\"7\"", "-1", "1.5", "1e3", "\"\"", "\"\\u00e9\\\"\""})
    void the_call_id_keeps_its_JSON_type_in_the_answer(String id) {
        assertThat(answers("[2," + id + ",\"p\"]", call -> call.result(1))).containsExactly("[3," + id + ",1]");
        assertThat(answers("[2," + id + ",\"p\"]", call -> call.error("e", "d")))
                .containsExactly("[4," + id + ",\"e\",\"d\"]");
    }

    @Test
    void a_result_is_any_data_and_without_data_an_empty_array() {
        assertThat(answers("[2,1,\"p\"]", call -> call.result(Map.of("a", List.of(1, "<é>")))))
                .containsExactly("[3,1,{\"a\":[1,\"<é>\"]}]");
        assertThat(answers("[2,1,\"p\"]", call -> call.result("x"))).containsExactly("[3,1,\"x\"]");
        assertThat(answers("[2,1,\"p\"]", call -> call.result(null))).containsExactly("[3,1,[]]");
    }

    @Test
    void an_error_has_details_only_if_there_are_some() {
        assertThat(answers("[2,1,\"p\"]", call -> call.error("http://e/#x", "no \"way\"")))
                .containsExactly("[4,1,\"http://e/#x\",\"no \\\"way\\\"\"]");
        assertThat(answers("[2,1,\"p\"]", call -> call.error("e", "d", Map.of("code", 7))))
                .containsExactly("[4,1,\"e\",\"d\",{\"code\":7}]");
    }

    @Test
    void a_call_can_be_answered_later() {
        RecordingApp app = app(call -> {});
        try (WampPeer peer = new WampPeer(app)) {
            peer.hears();
            peer.says("[2,\"a\",\"p\"]").says("[2,\"b\",\"p\"]");
            assertThat(peer.hears()).isEmpty();

            calls.get(1).result(2);
            app.conns.get(0).callResult(calls.get(0), 1);

            assertThat(peer.hears()).containsExactly("[3,\"b\",2]", "[3,\"a\",1]");
        }
    }

    @Test
    void the_connection_answers_errors_too() {
        RecordingApp app = app(call -> {});
        try (WampPeer peer = new WampPeer(app)) {
            peer.hears();
            peer.says("[2,1,\"p\"]");

            peer.says("[2,2,\"p\"]");

            assertThat(app.conns.get(0).callError(calls.get(0), "e", "d")).isTrue();
            assertThat(app.conns.get(0).callError(calls.get(1), "e", "d", 7)).isTrue();

            assertThat(peer.hears()).containsExactly("[4,1,\"e\",\"d\"]", "[4,2,\"e\",\"d\",7]");
        }
    }

    @Test
    void the_first_answer_counts() {
        assertThat(answers("[2,1,\"p\"]", call -> {
                    assertThat(call.result(1)).isTrue();
                    assertThat(call.result(2)).isFalse();
                    assertThat(call.error("e", "d")).isFalse();
                }))
                .containsExactly("[3,1,1]");
    }

    @Test
    void what_is_no_JSON_is_no_answer() {
        assertThat(answers("[2,1,\"p\"]", call -> {
                    assertThatThrownBy(() -> call.result(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
                    assertThat(call.error("e", "d")).isTrue();
                }))
                .containsExactly("[4,1,\"e\",\"d\"]");
        assertThat(answers("[2,1,\"p\"]", call -> call.result(Double.NaN)))
                .containsExactly("[4,1,\"wamp.error.internal\",\"the procedure failed\"]", "close 1011");
    }

    @Test
    void an_answer_to_a_client_that_left_says_so() {
        try (WampPeer peer = new WampPeer(app(call -> {}))) {
            peer.says("[2,1,\"p\"]");
            peer.vanishes();
        }

        assertThat(calls.get(0).result(1)).isFalse();
    }

    @Test
    void a_procedure_that_fails_is_answered_with_an_error_before_the_close() {
        assertThat(answers("[2,1,\"p\"]", call -> {
                    throw new IllegalStateException("secret");
                }))
                .containsExactly("[4,1,\"wamp.error.internal\",\"the procedure failed\"]", "close 1011");
    }

    @Test
    void without_procedures_every_call_is_answered_with_an_error() {
        try (WampPeer peer = new WampPeer(new WampComponent() {})) {
            peer.hears();

            assertThat(peer.says("[2,1,\"add\",1,2]").hears())
                    .containsExactly("[4,1,\"wamp.error.no_such_procedure\",\"no procedure add\"]");
            assertThat(peer.isConnected()).isTrue();
        }
    }
}

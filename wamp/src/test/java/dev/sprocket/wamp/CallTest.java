package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages CALL, CALLRESULT and CALLERROR. */
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

    @CanIgnoreReturnValue
    private List<String> responses(String request, Procedure procedure) {
        try (WampPeer peer = new WampPeer(app(procedure))) {
            peer.received();
            return peer.send(request).received();
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
    void single_array_argument_is_unpacked(String request, String arguments) {
        responses(request, call -> {});

        assertThat(calls).hasSize(1);
        assertThat(calls.get(0).procedure()).isEqualTo("p");
        assertThat(calls.get(0).arguments()).hasToString(arguments);
    }

    @Test
    void single_object_argument_contains_named_arguments() {
        responses("[2,1,\"p\",{\"x\":7}]", call -> {});
        responses("[2,1,\"p\",{\"x\":7},8]", call -> {});
        responses("[2,1,\"p\"]", call -> {});

        assertThat(calls.get(0).named())
                .hasValueSatisfying(
                        named -> assertThat(named.get("x").getAsInt()).isEqualTo(7));
        assertThat(calls.get(1).named()).isEmpty();
        assertThat(calls.get(2).named()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"id\"", "7", "\"7\"", "-1", "1.5", "1e3", "\"\"", "\"\\u00e9\\\"\""})
    void result_keeps_json_type_of_call_id(String id) {
        assertThat(responses("[2," + id + ",\"p\"]", call -> call.result(1))).containsExactly("[3," + id + ",1]");
        assertThat(responses("[2," + id + ",\"p\"]", call -> call.error("e", "d")))
                .containsExactly("[4," + id + ",\"e\",\"d\"]");
    }

    @Test
    void empty_result_is_empty_array() {
        assertThat(responses("[2,1,\"p\"]", call -> call.result(Map.of("a", List.of(1, "<é>")))))
                .containsExactly("[3,1,{\"a\":[1,\"<é>\"]}]");
        assertThat(responses("[2,1,\"p\"]", call -> call.result("x"))).containsExactly("[3,1,\"x\"]");
        assertThat(responses("[2,1,\"p\"]", call -> call.result(null))).containsExactly("[3,1,[]]");
    }

    @Test
    void error_contains_details_if_present() {
        assertThat(responses("[2,1,\"p\"]", call -> call.error("http://e/#x", "no \"way\"")))
                .containsExactly("[4,1,\"http://e/#x\",\"no \\\"way\\\"\"]");
        assertThat(responses("[2,1,\"p\"]", call -> call.error("e", "d", Map.of("code", 7))))
                .containsExactly("[4,1,\"e\",\"d\",{\"code\":7}]");
    }

    @Test
    void call_can_be_completed_asynchronously() {
        RecordingApp app = app(call -> {});
        try (WampPeer peer = new WampPeer(app)) {
            peer.received();
            peer.send("[2,\"a\",\"p\"]").send("[2,\"b\",\"p\"]");
            assertThat(peer.received()).isEmpty();

            calls.get(1).result(2);
            calls.get(0).result(1);

            assertThat(peer.received()).containsExactly("[3,\"b\",2]", "[3,\"a\",1]");
        }
    }

    @Test
    void call_can_be_completed_with_errors() {
        RecordingApp app = app(call -> {});
        try (WampPeer peer = new WampPeer(app)) {
            peer.received();
            peer.send("[2,1,\"p\"]");

            peer.send("[2,2,\"p\"]");

            assertThat(calls.get(0).error("e", "d")).isTrue();
            assertThat(calls.get(1).error("e", "d", 7)).isTrue();

            assertThat(peer.received()).containsExactly("[4,1,\"e\",\"d\"]", "[4,2,\"e\",\"d\",7]");
        }
    }

    @Test
    void first_completion_of_call_wins() {
        assertThat(responses("[2,1,\"p\"]", call -> {
                    assertThat(call.result(1)).isTrue();
                    assertThat(call.result(2)).isFalse();
                    assertThat(call.error("e", "d")).isFalse();
                }))
                .containsExactly("[3,1,1]");
    }

    @Test
    void result_without_json_form_is_rejected() {
        assertThat(responses("[2,1,\"p\"]", call -> {
                    assertThatThrownBy(() -> call.result(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
                    assertThat(call.error("e", "d")).isTrue();
                }))
                .containsExactly("[4,1,\"e\",\"d\"]");
        assertThat(responses("[2,1,\"p\"]", call -> call.result(Double.NaN)))
                .containsExactly("[4,1,\"wamp.error.internal\",\"the procedure failed\"]", "close 1011");
    }

    @Test
    void result_for_disconnected_client_returns_false() {
        try (WampPeer peer = new WampPeer(app(call -> {}))) {
            peer.send("[2,1,\"p\"]");
            peer.disconnect();
        }

        assertThat(calls.get(0).result(1)).isFalse();
    }

    @Test
    void failing_procedure_sends_error_before_close() {
        assertThat(responses("[2,1,\"p\"]", call -> {
                    throw new IllegalStateException("secret");
                }))
                .containsExactly("[4,1,\"wamp.error.internal\",\"the procedure failed\"]", "close 1011");
    }

    @Test
    void unknown_procedures_fail_without_onCall() {
        try (WampPeer peer = new WampPeer(new WampComponent() {})) {
            peer.received();

            assertThat(peer.send("[2,1,\"add\",1,2]").received())
                    .containsExactly("[4,1,\"wamp.error.no_such_procedure\",\"no procedure add\"]");
            assertThat(peer.isConnected()).isTrue();
        }
    }
}

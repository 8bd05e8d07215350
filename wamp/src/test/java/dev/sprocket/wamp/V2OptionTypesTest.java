package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Options of wrong types, which must not be ignored.
 *
 * <p>Includes the samples of wamp-proto.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V2OptionTypesTest {
    private final WampServer server = new WampServer(
            new Realm("realm1", new OpenApp(), new Topics()).allowSessionKill().meta(MetaAccess.ANYONE));
    private final V2Peer ann = V2Peer.joined(server);
    private final V2Peer bob = V2Peer.joined(server);

    @AfterEach
    void close() {
        ann.close();
        bob.close();
    }

    private static String name(String option) {
        return option.substring(1, option.indexOf('"', 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"eligible\":123",
                "\"eligible\":\"hello\"",
                "\"eligible\":[\"ann\"]",
                "\"eligible\":[1.5]",
                "\"eligible\":[null]",
                "\"eligible\":{}",
                "\"eligible_authid\":\"ann\"",
                "\"eligible_authid\":123",
                "\"eligible_authid\":[123]",
                "\"eligible_authrole\":[123]",
                "\"eligible_authrole\":true",
                "\"exclude\":5",
                "\"exclude\":\"hello\"",
                "\"exclude\":[\"hello\"]",
                "\"exclude_authid\":\"hello\"",
                "\"exclude_authid\":[123]",
                "\"exclude_authrole\":\"manager\"",
                "\"exclude_me\":\"hello\"",
                "\"exclude_me\":1",
                "\"disclose_me\":1",
                "\"retain\":\"hello\"",
                "\"transaction_hash\":123",
                "\"forward_for\":\"hello\""
            })
    void publish_with_wrong_option_is_not_delivered(String option) {
        bob.send("[32,1,{},\"com.topic\"]").received();

        ann.send("[16,1,{\"acknowledge\":true," + option + "},\"com.topic\",[1]]");
        assertThat(ann.received())
                .singleElement()
                .asString()
                .startsWith("[8,16,1,{},\"wamp.error.invalid_argument\",[\"" + name(option) + ": ");

        ann.send("[16,2,{" + option + "},\"com.topic\",[1]]");
        assertThat(ann.received())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("[3,{\"message\":\"PUBLISH: " + name(option) + ": ")
                .endsWith("},\"wamp.error.protocol_violation\"]");
        assertThat(bob.received()).isEmpty();

        bob.send("[32,2,{\"get_retained\":true},\"com.topic\"]");
        assertThat(bob.received()).containsExactly("[33,2,1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"hello\"", "1", "[]", "{}"})
    void publish_with_wrong_acknowledge_is_protocol_violation(String acknowledge) {
        bob.send("[32,1,{},\"com.topic\"]").received();

        ann.send("[16,1,{\"acknowledge\":" + acknowledge + "},\"com.topic\",[1]]");

        assertThat(ann.received()).first().asString().contains("acknowledge", "wamp.error.protocol_violation");
        assertThat(bob.received()).isEmpty();
    }

    @Test
    void null_options_are_absent() {
        bob.send("[32,1,{\"match\":null,\"get_retained\":null},\"com.topic\"]").received();

        ann.send(
                "[16,1,{\"acknowledge\":null,\"exclude_me\":null,\"disclose_me\":null,\"retain\":null,"
                        + "\"exclude\":null,\"eligible\":null,\"eligible_authid\":null,\"exclude_authrole\":null},\"com.topic\"]");

        assertThat(ann.received()).isEmpty();
        assertThat(bob.received()).containsExactly("[36,1,P,{}]");
    }

    @Test
    void valid_options_of_every_type_are_accepted() {
        bob.send("[32,1,{\"match\":\"exact\",\"get_retained\":false,\"forward_for\":[]},\"com.topic\"]")
                .received();

        ann.send("[16,1,{\"acknowledge\":false,\"exclude_me\":true,\"exclude\":[],\"eligible\":[" + bob.session
                + ".0,5],\"exclude_authid\":[\"alice\"],\"exclude_authrole\":[\"manager\"],"
                + "\"eligible_authrole\":[\"anonymous\"],\"retain\":false,\"transaction_hash\":\"abc\","
                + "\"forward_for\":[{\"session\":1}],\"x_own\":5},\"com.topic\"]");

        assertThat(ann.received()).isEmpty();
        assertThat(bob.received()).containsExactly("[36,1,P,{}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "32|\"match\":5",
                "32|\"match\":true",
                "32|\"match\":[\"prefix\"]",
                "32|\"get_retained\":\"hello\"",
                "32|\"get_retained\":1",
                "32|\"forward_for\":\"hello\"",
                "64|\"match\":5",
                "64|\"invoke\":5",
                "64|\"invoke\":[]",
                "64|\"forward_timeout\":\"yes\"",
                "64|\"concurrency\":\"2\"",
                "64|\"concurrency\":-1",
                "64|\"disclose_caller\":1",
                "48|\"timeout\":\"50\"",
                "48|\"timeout\":-1",
                "48|\"timeout\":0.5",
                "48|\"receive_progress\":1",
                "48|\"receive_progress\":\"true\"",
                "48|\"disclose_me\":\"true\"",
                "48|\"progress\":1"
            })
    void request_with_wrong_option_returns_error(String sample) {
        String type = sample.substring(0, 2);
        String option = sample.substring(3);
        ann.send("[" + type + ",1,{" + option + "},\"app.one\"]");

        assertThat(ann.received())
                .singleElement()
                .asString()
                .startsWith("[8," + type + ",1,{},\"wamp.error.invalid_argument\",[\"" + name(option) + ": ");

        ann.send("[48,2,{\"timeout\":50.0,\"receive_progress\":null},\"app.one\"]");
        assertThat(ann.received()).containsExactly("[50,2,{},[1]]");
    }

    @Test
    void unknown_option_values_are_rejected() {
        ann.send("[32,1,{\"match\":\"invalid\"},\"com.topic\"]").send("[64,2,{\"invoke\":\"all\"},\"com.proc\"]");

        assertThat(ann.received())
                .containsExactly(
                        "[8,32,1,{},\"wamp.error.option_not_allowed\","
                                + "[\"match: \\\"invalid\\\" (expected: exact, prefix, wildcard)\"]]",
                        "[8,64,2,{},\"wamp.error.option_not_allowed\",[\"invoke: \\\"all\\\" "
                                + "(expected: single, first, last, roundrobin, random)\"]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[70,1,{\"progress\":1},[1]]", "[70,1,{\"progress\":\"true\"},[1]]"})
    void yield_with_wrong_option_aborts_callee(String yielded) {
        bob.send("[64,1,{},\"com.proc\"]").received();
        ann.send("[48,1,{},\"com.proc\"]");
        assertThat(bob.received()).hasSize(1);

        bob.send(yielded);

        assertThat(bob.received()).first().asString().contains("YIELD: progress: ", "wamp.error.protocol_violation");
        assertThat(ann.received()).singleElement().asString().startsWith("[8,48,1,{},\"wamp.error.canceled\"");
    }

    @Test
    void cancel_with_wrong_mode_aborts_caller() {
        ann.send("[48,1,{},\"app.never\"]").send("[49,1,{\"mode\":5}]");

        assertThat(ann.received()).first().asString().contains("CANCEL: mode: 5", "wamp.error.protocol_violation");
    }

    @Test
    void later_progressive_call_with_wrong_option_fails() {
        bob.send("[64,1,{},\"com.proc\"]").received();
        ann.send("[48,1,{\"progress\":true},\"com.proc\",[1]]");
        assertThat(bob.received()).singleElement().asString().startsWith("[68,1,1,");

        ann.send("[48,1,{\"progress\":\"no\"},\"com.proc\",[2]]");

        assertThat(ann.received())
                .containsExactly("[8,48,1,{},\"wamp.error.invalid_argument\","
                        + "[\"progress: \\\"no\\\" (expected: true or false)\"]]");
        assertThat(bob.received()).containsExactly("[69,1,{\"mode\":\"killnowait\"}]");

        ann.send("[48,1,{\"progress\":true},\"com.proc\",[3]]").send("[48,2,{},\"app.one\"]");
        assertThat(ann.received()).containsExactly("[50,2,{},[1]]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"roles\":5",
                "\"roles\":[]",
                "\"roles\":[\"caller\"]",
                "\"roles\":null",
                "\"roles\":{}",
                "\"roles\":{\"caller\":5}",
                "\"roles\":{\"caller\":{\"features\":[]}}",
                "\"roles\":{\"callee\":{\"features\":{\"call_canceling\":1}}}",
                "\"roles\":{\"callee\":{\"features\":{\"progressive_call_results\":\"yes\"}}}",
                "\"roles\":{\"caller\":{}},\"authmethods\":\"ticket\"",
                "\"roles\":{\"caller\":{}},\"authmethods\":[5]",
                "\"roles\":{\"caller\":{}},\"authid\":5",
                "\"roles\":{\"caller\":{}},\"authextra\":[]",
            })
    void hello_with_wrong_detail_is_protocol_violation(String details) {
        try (V2Peer peer = new V2Peer(server)) {
            peer.send("[1,\"realm1\",{" + details + "}]");

            assertThat(peer.received())
                    .hasSize(2)
                    .first()
                    .asString()
                    .startsWith("[3,{")
                    .endsWith("\"wamp.error.protocol_violation\"]");
        }
    }

    @Test
    void hello_with_nulls_joins() {
        try (V2Peer peer = new V2Peer(server)) {
            peer.send("[1,\"realm1\",{\"roles\":{\"caller\":null,\"callee\":{\"features\":null},\"subscriber\":"
                    + "{\"features\":{\"call_canceling\":null,\"x\":5}}},\"authmethods\":null,\"authid\":null,"
                    + "\"authextra\":null}]");

            assertThat(peer.received()).singleElement().asString().startsWith("[2,");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wamp.session.count|[5]",
                "wamp.session.count|[[5]]",
                "wamp.session.list|[\"anonymous\"]",
                "wamp.session.get|[\"1\"]",
                "wamp.session.get|[1.5]",
                "wamp.session.get|[null]",
                "wamp.session.get|[]",
                "wamp.session.kill|[\"1\"]",
                "wamp.session.kill|[5],{\"reason\":5}",
                "wamp.session.kill_by_authid|[5]",
                "wamp.session.kill_by_authrole|[[\"anonymous\"]]",
                "wamp.session.kill_all|[],{\"message\":5}",
                "wamp.registration.lookup|[5]",
                "wamp.registration.lookup|[\"com.proc\",5]",
                "wamp.registration.lookup|[\"com.proc\",{\"match\":5}]",
                "wamp.registration.lookup|[\"com.proc\",{\"match\":\"glob\"}]",
                "wamp.registration.match|[{}]",
                "wamp.registration.get|[\"1\"]",
                "wamp.subscription.lookup|[\"com.topic\",{\"match\":[]}]",
                "wamp.subscription.match|[5]",
                "wamp.subscription.get_events|[1],{\"limit\":\"5\"}",
                "wamp.subscription.get_events|[1],{\"limit\":-5}",
                "wamp.subscription.get_events|[1],{\"reverse\":1}",
                "wamp.subscription.get_events|[1],{\"topic\":5}",
                "wamp.subscription.get_events|[1],{\"from_time\":5}",
                "wamp.subscription.get_events|[1],{\"after_publication\":\"5\"}",
                "wamp.subscription.get_events|[1],{\"after_position\":5}",
                "wamp.subscription.get_events|[1],{\"after_position\":\"1.2\"}",
                "wamp.session.add_testament|[5]",
                "wamp.session.add_testament|[\"com.topic\",5]",
                "wamp.session.add_testament|[\"com.topic\",[],[]]",
                "wamp.session.add_testament|[\"com.topic\"],{\"scope\":5}",
                "wamp.session.add_testament|[\"com.topic\"],{\"publish_options\":5}",
                "wamp.session.add_testament|[\"com.topic\"],{\"publish_options\":{\"eligible\":5}}",
                "wamp.session.add_testament|[\"com.topic\"],{\"publish_options\":{\"eligible_authid\":\"ann\"}}",
                "wamp.session.add_testament|[\"com.topic\"],{\"publish_options\":{\"exclude\":[\"5\"]}}",
                "wamp.session.add_testament|[\"com.topic\"],{\"publish_options\":{\"retain\":1}}",
                "wamp.session.flush_testaments|[],{\"scope\":[]}"
            })
    void meta_procedure_with_wrong_argument_returns_error(String sample) {
        bob.send("[32,1,{},\"com.topic\"]").received();
        String procedure = sample.substring(0, sample.indexOf('|'));

        ann.send("[48,1,{},\"" + procedure + "\"," + sample.substring(sample.indexOf('|') + 1) + "]");

        assertThat(ann.received())
                .singleElement()
                .asString()
                .startsWith("[8,48,1,{},\"wamp.error.invalid_argument\",[\"");
        ann.close();
        assertThat(bob.received()).isEmpty();
    }

    @Test
    void meta_procedures_accept_null_for_optional_arguments() {
        bob.send("[32,1,{},\"com.topic\"]").received();

        ann.send("[48,1,{},\"wamp.session.count\",[null]]")
                .send("[48,2,{},\"wamp.registration.lookup\",[\"com.proc\",null]]")
                .send("[48,3,{},\"wamp.session.add_testament\",[\"com.topic\",null,null],"
                        + "{\"scope\":null,\"publish_options\":null}]");
        assertThat(ann.received()).containsExactly("[50,1,{},[2]]", "[50,2,{},[null]]", "[50,3,{}]");

        ann.close();
        assertThat(bob.received()).containsExactly("[36,1,P,{}]");
    }
}

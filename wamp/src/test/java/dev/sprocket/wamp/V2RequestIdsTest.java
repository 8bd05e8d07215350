package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V2RequestIdsTest {
    private final WampServer server = new WampServer(
            new Realm("realm1", new OpenApp()).options(WampOptions.DEFAULT.requestIds(WampOptions.RequestIds.ANY)));

    @Test
    void lenient_ids_are_accepted_in_any_order() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.send("[32,9007199254740992,{},\"com.a\"]")
                    .send("[48,77,{},\"app.one\"]")
                    .send("[64,4503599627370495,{},\"com.proc\"]")
                    .send("[16,3.0,{\"acknowledge\":true},\"com.b\"]")
                    .send("[48,77,{},\"app.one\"]")
                    .send("[34,1,1]")
                    .send("[66,1,1]");

            assertThat(peer.received())
                    .containsExactly(
                            "[33,9007199254740992,1]",
                            "[50,77,{},[1]]",
                            "[65,4503599627370495,1]",
                            "[17,3,P]",
                            "[50,77,{},[1]]",
                            "[35,1]",
                            "[67,1]");
        }
    }

    @Test
    void pending_id_cannot_be_reused() {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.send("[48,77,{},\"app.never\"]").send("[48,77,{},\"app.never\"]");

            assertThat(peer.received()).first().asString().contains("request 77 used twice", "protocol_violation");
        }
    }

    @Test
    void progressive_calls_continue_with_random_ids() {
        try (V2Peer callee = V2Peer.joined(server);
                V2Peer caller = V2Peer.joined(server)) {
            callee.send("[64,8,{},\"com.proc\"]").received();
            caller.send("[48,500,{\"progress\":true},\"com.proc\",[1]]")
                    .send("[48,20,{},\"app.one\"]")
                    .send("[48,500,{},\"com.proc\",[2]]");

            assertThat(callee.received()).containsExactly("[68,1,1,{\"progress\":true},[1]]", "[68,1,1,{},[2]]");
            callee.send("[70,1,{},[3]]");
            assertThat(caller.received()).containsExactly("[50,20,{},[1]]", "[50,500,{},[3]]");

            caller.send("[49,12345,{}]").send("[48,21,{},\"app.one\"]");
            assertThat(caller.received()).containsExactly("[50,21,{},[1]]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "9007199254740993", "1.5", "\"1\"", "null"})
    void ids_out_of_range_are_protocol_violations(String id) {
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.send("[48," + id + ",{},\"app.one\"]");

            assertThat(peer.received()).first().asString().endsWith("\"wamp.error.protocol_violation\"]");
        }
    }

    @Test
    void ids_are_sequential_by_default() {
        try (V2Peer peer = V2Peer.joined(new WampServer(new OpenApp()))) {
            peer.send("[48,77,{},\"app.one\"]");

            assertThat(peer.received())
                    .first()
                    .asString()
                    .contains("request 77 (expected: 1)", "wamp.error.protocol_violation");
        }
    }
}

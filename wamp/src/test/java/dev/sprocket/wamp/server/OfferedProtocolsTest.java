package dev.sprocket.wamp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.wamp.WampComponent;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Versions and serializations that a server offers. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OfferedProtocolsTest {
    private final WampServer server = new WampServer(new WampComponent() {});

    @Test
    void only_v1_offers_no_v2() {
        assertThat(server.subprotocols()).contains("wamp", "wamp.2.json", "wamp.2.json.batched");
        assertThat(server.onlyV1().subprotocols()).containsExactly("wamp");
        assertThat(server.onlyV2().onlyV1().subprotocols()).isEmpty();
    }

    @Test
    void serializations_are_offered_with_their_batches() {
        assertThat(server.serializations(List.of("json")).subprotocols())
                .containsExactly("wamp.2.json", "wamp.2.json.batched", "wamp");
        assertThat(server.onlyV2().serializations(List.of("json")).subprotocols())
                .containsExactly("wamp.2.json", "wamp.2.json.batched");
        assertThat(server.serializations(List.of()).subprotocols()).containsExactly("wamp");
    }

    @Test
    void unavailable_serialization_is_an_error() {
        assertThatThrownBy(() -> server.serializations(List.of("json", "xml")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("serialization xml is not available (expected: json");
    }
}

package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.leaktest.RawResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Negotiation of the subprotocol (RFC 6455 1.9, 4.2.2). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SubprotocolTest {
    @RegisterExtension
    final Peer peer = new Peer();

    /** Component with two subprotocols. */
    private static final class TwoSubprotocols extends Recorder implements WsServer.Subprotocols {
        @Override
        public List<String> subprotocols() {
            return List.of("b", "a");
        }
    }

    /** Decorator around a component with subprotocols. */
    private static final class Decorator extends ForwardingComponent<WsConnection, Message> {
        Decorator(TwoSubprotocols inner) {
            super(inner);
        }
    }

    private RawResponse requestSubprotocols(String subprotocols, WsServer server) {
        return peer.serve(server)
                .request(ClientFrames.HANDSHAKE.replaceFirst("\r\n\r\n", "\r\n" + subprotocols + "\r\n"));
    }

    /** RFC 6455 4.2.2. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Protocol: x, a, b\r\n",
                "Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Protocol: a ,b\r\n"
            })
    void selects_the_first_common_subprotocol_of_the_client(String requested) {
        TwoSubprotocols app = new TwoSubprotocols();
        RawResponse response = requestSubprotocols(requested, new WsServer(new Decorator(app)));

        assertThat(response.status()).isEqualTo(101);
        assertThat(response.header("sec-websocket-protocol")).isEqualTo("a");
        assertThat(app.conn().subprotocol()).contains("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Protocol: x, A\r\n", ""})
    void responds_426_without_a_common_subprotocol(String requested) {
        RawResponse response = requestSubprotocols(requested, new WsServer(new TwoSubprotocols()));

        assertThat(response.status()).isEqualTo(426);
        assertThat(peer.isOpen()).isFalse();
        assertThat(response.header("sec-websocket-protocol")).isEqualTo("b, a");
    }

    @Test
    void responds_426_if_the_server_has_no_subprotocols() {
        RawResponse response = requestSubprotocols("Sec-WebSocket-Protocol: x\r\n", new WsServer(new Recorder()));

        assertThat(response.status()).isEqualTo(426);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Protocol: x\r\n", ""})
    void lenient_server_upgrades_without_a_subprotocol(String requested) {
        TwoSubprotocols app = new TwoSubprotocols();
        RawResponse response = requestSubprotocols(requested, new WsServer(app).lenient());

        assertThat(response.status()).isEqualTo(101);
        assertThat(response.header("sec-websocket-protocol")).isNull();
        assertThat(app.conn().subprotocol()).isEmpty();
    }
}

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

/** Which subprotocol is agreed on (RFC 6455 1.9, 4.2.2). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SubprotocolTest {
    @RegisterExtension
    final Peer peer = new Peer();

    /** Speaks two subprotocols. */
    private static final class Speaker extends Recorder implements Subprotocols {
        @Override
        public List<String> subprotocols() {
            return List.of("b", "a");
        }
    }

    /** A decorator, which subprotocols are found through. */
    private static final class Decorator extends ForwardingComponent<WsConnection, Message> {
        Decorator(Speaker inner) {
            super(inner);
        }
    }

    private RawResponse askFor(String subprotocols, WsServer server) {
        return peer.serve(server).ask(Client.HANDSHAKE.replaceFirst("\r\n\r\n", "\r\n" + subprotocols + "\r\n"));
    }

    /** RFC 6455 4.2.2. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Protocol: x, a, b\r\n",
                "Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Protocol: a ,b\r\n"
            })
    void the_first_subprotocol_that_the_client_lists_and_the_server_has_is_agreed_on(String asked) {
        Speaker speaker = new Speaker();
        RawResponse answer = askFor(asked, new WsServer(new Decorator(speaker)));

        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.header("sec-websocket-protocol")).isEqualTo("a");
        assertThat(speaker.conn().subprotocol()).contains("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Protocol: x, A\r\n", ""})
    void no_common_subprotocol_is_refused_with_426_and_those_of_the_server(String asked) {
        RawResponse answer = askFor(asked, new WsServer(new Speaker()));

        assertThat(answer.status()).isEqualTo(426);
        assertThat(peer.isOpen()).isFalse();
        assertThat(answer.header("sec-websocket-protocol")).isEqualTo("b, a");
    }

    @Test
    void a_subprotocol_asked_of_a_server_that_has_none_is_refused_with_426() {
        RawResponse answer = askFor("Sec-WebSocket-Protocol: x\r\n", new WsServer(new Recorder()));

        assertThat(answer.status()).isEqualTo(426);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Protocol: x\r\n", ""})
    void a_lenient_server_upgrades_without_a_subprotocol(String asked) {
        Speaker speaker = new Speaker();
        RawResponse answer = askFor(asked, new WsServer(speaker).lenient());

        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.header("sec-websocket-protocol")).isNull();
        assertThat(speaker.conn().subprotocol()).isEmpty();
    }

    /** Keys as in the example of the draft's section 1.3. */
    @Test
    void nor_is_a_client_of_hixie_76_let_in_without_one() {
        String hixie = "GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n"
                + "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nSec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\n\r\n^n:ds[4U";
        assertThat(peer.serve(new WsServer(new Speaker()).oldDrafts())
                        .ask(hixie)
                        .status())
                .isEqualTo(426);
        try (Peer other = new Peer()) {
            WsServer lenient = new WsServer(new Speaker()).oldDrafts().lenient();
            assertThat(other.serve(lenient).ask(hixie).status()).isEqualTo(101);
        }
    }
}

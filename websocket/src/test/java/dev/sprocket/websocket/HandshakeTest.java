package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.leaktest.RawResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening handshake (RFC 6455 4.2). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HandshakeTest {
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    private RawResponse ask(String request) {
        return peer.serve(new WsServer(app)).request(request);
    }

    private void assertRejected(RawResponse response, int status) {
        assertThat(response.status()).isEqualTo(status);
        // a 426 response contains Upgrade, which Connection must list (RFC 9110 7.8, 15.5.22)
        assertThat(response.header("connection")).isEqualTo(status == 426 ? "upgrade, close" : "close");
        assertThat(response.header("upgrade")).isEqualTo(status == 426 ? "websocket" : null);
        assertThat(response.header("content-length"))
                .isEqualTo(String.valueOf(response.body().length()));
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).isEmpty();
    }

    /** RFC 6455 1.3, 4.2.2. */
    @Test
    void valid_request_gets_101_with_the_key_hash() {
        peer.serve(new WsServer(app)).wire.send(ClientFrames.HANDSHAKE);

        assertThat(peer.wire.received())
                .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
        assertThat(app.seen).containsExactly("open");
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void split_handshake_gets_the_same_response() {
        byte[] request = ClientFrames.HANDSHAKE.getBytes(StandardCharsets.US_ASCII);
        for (int cut = 0; cut <= request.length; cut++) {
            try (Peer each = new Peer()) {
                each.serve(new WsServer(new Recorder()));
                each.wire.send(request, 0, cut).send(request, cut, request.length);

                assertThat(RawResponse.of(each.wire.received()).header("Sec-WebSocket-Accept"))
                        .as("cut at %s", cut)
                        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n",
                "Upgrade: WebSocket\r\nConnection: upgrade\r\n",
                "upgrade: h2c, WEBSOCKET\r\nconnection: UPGRADE\r\n"
            })
    void header_tokens_may_be_in_lists_and_any_case(String headers) {
        assertThat(ask("GET / HTTP/1.1\r\nHost: h\r\nSec-WebSocket-Version: 13\r\n" + KEY + headers + "\r\n")
                        .status())
                .isEqualTo(101);
    }

    /** RFC 6455 4.2.1: the method. */
    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "POST"})
    void responds_405_to_methods_other_than_GET(String method) {
        RawResponse response = ask(ClientFrames.HANDSHAKE.replaceFirst("GET", method));

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("allow")).isEqualTo("GET");
        assertThat(response.header("content-length")).isEqualTo("23");
        assertThat(peer.isOpen()).isFalse();
    }

    /** RFC 6455 4.2.1: 1.1 or higher. */
    @Test
    void responds_505_to_HTTP_1_0() {
        assertRejected(ask(ClientFrames.HANDSHAKE.replaceFirst("HTTP/1.1", "HTTP/1.0")), 505);
    }

    @Test
    void responds_426_without_an_Upgrade_header() {
        RawResponse response = ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

        assertRejected(response, 426);
        assertThat(response.header("upgrade")).isEqualTo("websocket");
        assertThat(response.header("sec-websocket-version")).isEqualTo("13");
    }

    @Test
    void responds_426_to_an_upgrade_to_another_protocol() {
        assertRejected(ask(ClientFrames.HANDSHAKE.replaceFirst("websocket", "h2c")), 426);
    }

    @Test
    void responds_400_if_Connection_does_not_list_upgrade() {
        assertRejected(ask(ClientFrames.HANDSHAKE.replaceFirst("Connection: Upgrade", "Connection: keep-alive")), 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Sec-WebSocket-Key:\r\n",
                KEY + KEY,
                "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4P\r\n",
                "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEBE=\r\n",
                "Sec-WebSocket-Key: ****************\r\n"
            })
    void responds_400_to_a_missing_duplicate_or_malformed_key(String keys) {
        assertRejected(ask(ClientFrames.UPGRADE + keys + "\r\n"), 400);
    }

    /** RFC 6455 4.4. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Sec-WebSocket-Version: 8\r\n", "Sec-WebSocket-Version: 14\r\n"})
    void responds_426_to_a_missing_or_other_version(String version) {
        RawResponse response = ask(ClientFrames.HANDSHAKE.replaceFirst("Sec-WebSocket-Version: 13\r\n", version));

        assertRejected(response, 426);
        assertThat(response.header("sec-websocket-version")).isEqualTo("13");
    }

    /** RFC 6455 4.4. The request is the example of draft-hixie-thewebsocketprotocol-76, section 1.3. */
    @Test
    void responds_426_to_hixie_76() {
        RawResponse response = ask("GET /demo HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nUpgrade: WebSocket\r\n"
                + "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nOrigin: http://example.com\r\n\r\n^n:ds[4U");

        assertRejected(response, 426);
        assertThat(response.header("sec-websocket-version")).isEqualTo("13");
        assertThat(response.header("upgrade")).isEqualTo("websocket");
    }

    @Test
    void delivers_a_frame_sent_with_the_handshake() {
        peer.serve(new WsServer(app));
        peer.send(ClientFrames.HANDSHAKE.getBytes(StandardCharsets.US_ASCII), ClientFrames.text(0x81, "hi"));

        assertThat(app.seen).containsExactly("open", "text hi");
    }

    @Test
    void message_sent_in_onOpen_follows_the_101_response() {
        peer.serve(new WsServer(new Recorder() {
            @Override
            public void onOpen(WsConnection conn) {
                conn.send("welcome");
            }
        }));

        assertThat(peer.request(ClientFrames.HANDSHAKE).body()).isEqualTo("\u0081\u0007welcome");
    }

    @Test
    void rejection_below_the_layer_opens_no_connection() {
        HttpServer stack = new HttpServer(new ForwardingComponent<>(new WsServer(app)) {
            @Override
            public void onOpen(HttpConnection conn) {
                conn.respond(HttpResponse.error(403, "test"));
            }
        });
        IoServer.attach(peer.wire.channel(), stack);

        assertRejected(peer.request(ClientFrames.HANDSHAKE), 403);
    }
}

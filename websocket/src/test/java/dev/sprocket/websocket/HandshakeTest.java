package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.IoServer;
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

/** The opening handshake (RFC 6455 4.2). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HandshakeTest {
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    private RawResponse ask(String request) {
        return peer.serve(new WsServer(app)).ask(request);
    }

    private void assertRefused(RawResponse answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        // a 426 names what to upgrade to, and Connection names the Upgrade (RFC 9110 7.8, 15.5.22)
        assertThat(answer.header("connection")).isEqualTo(status == 426 ? "upgrade, close" : "close");
        assertThat(answer.header("upgrade")).isEqualTo(status == 426 ? "websocket" : null);
        assertThat(answer.header("content-length"))
                .isEqualTo(String.valueOf(answer.body().length()));
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).isEmpty();
    }

    /** RFC 6455 1.3, 4.2.2. */
    @Test
    void a_good_request_is_answered_with_101_and_the_hash_of_its_key() {
        peer.serve(new WsServer(app)).wire.send(Client.HANDSHAKE);

        assertThat(peer.wire.received())
                .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
        assertThat(app.seen).containsExactly("open");
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void a_handshake_cut_anywhere_is_answered_the_same() {
        byte[] request = Client.HANDSHAKE.getBytes(StandardCharsets.US_ASCII);
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
    void tokens_are_found_in_lists_and_in_any_case(String headers) {
        assertThat(ask("GET / HTTP/1.1\r\nHost: h\r\nSec-WebSocket-Version: 13\r\n" + KEY + headers + "\r\n")
                        .status())
                .isEqualTo(101);
    }

    /** RFC 6455 4.2.1: the method. */
    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "POST"})
    void another_method_than_GET_is_refused_with_405(String method) {
        RawResponse answer = ask(Client.HANDSHAKE.replaceFirst("GET", method));

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("allow")).isEqualTo("GET");
        assertThat(answer.header("content-length")).isEqualTo("23");
        assertThat(peer.isOpen()).isFalse();
    }

    /** RFC 6455 4.2.1: 1.1 or higher. */
    @Test
    void HTTP_1_0_is_refused_with_505() {
        assertRefused(ask(Client.HANDSHAKE.replaceFirst("HTTP/1.1", "HTTP/1.0")), 505);
    }

    @Test
    void no_Upgrade_header_is_refused_with_426_and_what_to_upgrade_to() {
        RawResponse answer = ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

        assertRefused(answer, 426);
        assertThat(answer.header("upgrade")).isEqualTo("websocket");
        assertThat(answer.header("sec-websocket-version")).isEqualTo("13");
    }

    @Test
    void another_protocol_to_upgrade_to_is_refused_with_426() {
        assertRefused(ask(Client.HANDSHAKE.replaceFirst("websocket", "h2c")), 426);
    }

    @Test
    void a_Connection_header_without_upgrade_is_refused_with_400() {
        assertRefused(ask(Client.HANDSHAKE.replaceFirst("Connection: Upgrade", "Connection: keep-alive")), 400);
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
    void a_key_that_is_missing_or_twice_or_not_16_bytes_of_base64_is_refused_with_400(String keys) {
        assertRefused(ask(Client.UPGRADE + keys + "\r\n"), 400);
    }

    /** RFC 6455 4.4. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Sec-WebSocket-Version: 8\r\n", "Sec-WebSocket-Version: 14\r\n"})
    void a_version_that_is_missing_or_not_13_is_refused_with_426_and_the_version(String version) {
        RawResponse answer = ask(Client.HANDSHAKE.replaceFirst("Sec-WebSocket-Version: 13\r\n", version));

        assertRefused(answer, 426);
        assertThat(answer.header("sec-websocket-version")).isEqualTo("13");
    }

    @Test
    void a_frame_glued_to_the_handshake_is_delivered() {
        peer.serve(new WsServer(app));
        peer.send(Client.HANDSHAKE.getBytes(StandardCharsets.US_ASCII), Client.text(0x81, "hi"));

        assertThat(app.seen).containsExactly("open", "text hi");
    }

    @Test
    void a_message_sent_when_the_connection_opens_follows_the_101() {
        peer.serve(new WsServer(new Recorder() {
            @Override
            public void onOpen(WsConnection conn) {
                conn.send("welcome");
            }
        }));

        assertThat(peer.ask(Client.HANDSHAKE).body()).isEqualTo("\u0081\u0007welcome");
    }

    @Test
    void a_layer_that_refuses_before_the_upgrade_opens_nothing() {
        HttpServer stack = new HttpServer(new ForwardingComponent<>(new WsServer(app)) {
            @Override
            public void onOpen(HttpConnection conn) {
                conn.respond(HttpResponse.error(403, "test"));
            }
        });
        IoServer.attach(peer.wire.channel(), stack);

        assertRefused(peer.ask(Client.HANDSHAKE), 403);
    }
}

package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing handshake started by the peer (RFC 6455 5.5.1, 7). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CloseTest {
    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    @Test
    void empty_close_is_answered_with_1000() {
        peer.connect(app).send(ClientFrames.frame(0x88, ""));

        assertThat(peer.wire.receivedHex()).isEqualTo("88 02 03 e8");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open", "close 1005 clean ");
    }

    @Test
    void close_is_echoed_with_its_reason() {
        peer.connect(app).send(ClientFrames.frame(0x88, "03 e8 62 79 65"));

        assertThat(peer.wire.receivedHex()).isEqualTo("88 05 03 e8 62 79 65");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open", "close 1000 clean bye");
    }

    private static byte[] close(int code, String reason) {
        return ClientFrames.frame(0x88, "%04x".formatted(code) + toHex(reason));
    }

    private static String toHex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 6455 7.4, and the IANA registry (1012 to 1014). */
    @ParameterizedTest
    @ValueSource(
            ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4100, 4999
            })
    void valid_close_code_is_echoed(int code) {
        peer.connect(app).send(close(code, "app"));

        assertThat(peer.received()).containsExactly("close " + code + " app");
        assertThat(app.seen).containsExactly("open", "close " + code + " clean app");
    }

    /** RFC 6455 7.4.1, 7.4.2. */
    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    void invalid_close_code_is_answered_with_1002(int code) {
        peer.connect(app).send(close(code, ""));

        assertThat(peer.received()).singleElement().asString().startsWith("close 1002 ");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen.get(1)).startsWith("close 1002 unclean ");
    }

    @Test
    void one_byte_close_is_answered_with_1002() {
        peer.connect(app).send(ClientFrames.frame(0x88, "03"));

        assertThat(peer.received()).singleElement().asString().startsWith("close 1002 ");
        assertThat(peer.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "61 e2 82"})
    void non_UTF_8_reason_is_answered_with_1007(String reason) {
        peer.connect(app).send(ClientFrames.frame(0x88, "03 e8" + reason));

        assertThat(peer.received()).singleElement().asString().startsWith("close 1007 ");
        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void close_inside_a_fragmented_message_discards_the_message() {
        peer.connect(app).send(ClientFrames.text(0x01, "half"), close(1000, ""));

        assertThat(peer.received()).containsExactly("close 1000 ");
        assertThat(app.seen).containsExactly("open", "close 1000 clean ");
    }

    @Test
    void frames_after_a_close_are_ignored() {
        peer.connect(app)
                .send(close(1000, ""), ClientFrames.text(0x81, "x"), ClientFrames.frame(0x89, ""), close(1001, ""));

        assertThat(peer.received()).containsExactly("close 1000 ");
        assertThat(app.seen).containsExactly("open", "close 1000 clean ");
    }

    @Test
    void disconnect_without_a_close_frame_is_1006() {
        peer.connect(app).close();

        assertThat(app.seen).containsExactly("open", "close 1006 unclean ");
        assertThat(app.conn().send("x")).isFalse();
    }

    @Test
    void half_close_without_a_close_frame_is_1006() {
        peer.connect(app).wire.halfClose();

        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open", "close 1006 unclean ");
    }
}

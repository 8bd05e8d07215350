package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pings and pongs (RFC 6455 5.5). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ControlFrameTest {
    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    /** RFC 6455 5.5.3. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125})
    void ping_is_answered_with_its_payload(int length) {
        peer.connect(app).send(ClientFrames.frame(0x89, "a7".repeat(length)));

        assertThat(peer.received()).containsExactly("pong " + "a7".repeat(length));
        assertThat(app.seen).containsExactly("open");
    }

    /** RFC 6455 5.4, 5.5. */
    @Test
    void ping_inside_a_fragmented_message_is_answered_immediately() {
        peer.connect(app).send(ClientFrames.text(0x01, "a"), ClientFrames.frame(0x89, "01"));
        assertThat(peer.wire.receivedHex()).isEqualTo("8a 01 01");

        peer.send(ClientFrames.text(0x80, "b"));
        assertThat(app.seen).containsExactly("open", "text ab");
    }

    /** RFC 6455 5.5.3. */
    @Test
    void unsolicited_pong_is_ignored() {
        peer.connect(app).send(ClientFrames.frame(0x8A, "01 02"));

        assertThat(peer.received()).isEmpty();
        assertThat(peer.isOpen()).isTrue();
        assertThat(app.seen).containsExactly("open");
    }

    /** RFC 6455 5.5: at most 125 bytes, and in one frame. */
    @ParameterizedTest
    @ValueSource(strings = {"89 fe", "8a fe", "88 fe", "89 ff", "09 80", "0a 80", "08 80"})
    void closes_1002_for_a_long_or_fragmented_control_frame(String hex) {
        peer.connect(app).wire.sendHex(hex);

        assertThat(peer.received()).singleElement().asString().startsWith("close 1002 ");
        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void application_ping_is_sent() {
        peer.connect(app);

        assertThat(app.conn().ping(new byte[] {1, 2})).isTrue();
        assertThat(peer.wire.receivedHex()).isEqualTo("89 02 01 02");
    }

    @Test
    void application_ping_has_at_most_125_bytes() {
        peer.connect(app);

        assertThatThrownBy(() -> app.conn().ping(new byte[126]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ping: 126 bytes (expected: <= 125, RFC 6455 5.5)");
        assertThat(app.conn().ping(new byte[125])).isTrue();
    }
}

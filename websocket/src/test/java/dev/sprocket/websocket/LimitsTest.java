package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Size limits, checked before a payload has arrived (RFC 6455 7.4.1: 1009). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LimitsTest {
    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    /** Connects with limits of 8 bytes per frame, 10 per message, 3 fragments. */
    @CanIgnoreReturnValue
    private Peer connect() {
        return peer.connect(
                new WsServer(app).limits(WsLimits.DEFAULT.frame(8).message(10).fragments(3)));
    }

    private void assertClosed(int code) {
        assertThat(peer.received()).singleElement().asString().startsWith("close " + code + " ");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).hasSize(2);
    }

    @Test
    void accepts_a_frame_of_the_limit() {
        connect().send(ClientFrames.text(0x81, "12345678"));

        assertThat(app.seen).containsExactly("open", "text 12345678");
    }

    @Test
    void closes_1009_before_the_payload_of_a_large_frame() {
        connect().wire.sendHex("81 89 00 00 00 00");

        assertClosed(1009);
    }

    @Test
    void closes_1009_for_a_large_64_bit_length() {
        connect().wire.sendHex("82 ff 7f ff ff ff ff ff ff ff 00 00 00 00");

        assertClosed(1009);
    }

    @Test
    void default_limits_accept_a_message_in_one_frame() {
        peer.connect(app).send(ClientFrames.text(0x81, "x".repeat(1 << 20)));

        assertThat(app.seen).hasSize(2).last().isEqualTo("text " + "x".repeat(1 << 20));
    }

    @Test
    void default_limits_close_1009_for_a_larger_frame() {
        peer.connect(app).wire.sendHex("82 ff 00 00 00 00 00 10 00 01 00 00 00 00");

        assertClosed(1009);
    }

    @Test
    void accepts_a_message_enlarged_by_compression_in_one_frame() {
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        try (DeflatePeer client = new DeflatePeer(Deflate.DEFAULT, "permessage-deflate", app)) {
            byte[] payload = client.compress(noise);
            assertThat(payload.length).isGreaterThan(noise.length);

            client.peer.send(ClientFrames.frame(0xC2, payload, new byte[4]));
        }

        assertThat(app.seen).hasSize(3).element(1).asString().hasSize("binary ".length() + 2 * noise.length);
    }

    @Test
    void accepts_a_message_of_the_limit() {
        connect().send(ClientFrames.text(0x01, "12345"), ClientFrames.text(0x80, "67890"));

        assertThat(app.seen).containsExactly("open", "text 1234567890");
    }

    @Test
    void closes_1009_before_the_payload_that_exceeds_the_limit() {
        connect().send(ClientFrames.text(0x01, "12345")).wire.sendHex("80 86 00 00 00 00");

        assertClosed(1009);
    }

    @Test
    void message_limit_applies_to_each_message() {
        connect();
        for (int i = 0; i < 5; i++) {
            peer.send(ClientFrames.text(0x01, "12345"), ClientFrames.text(0x80, "67890"));
        }

        assertThat(app.seen).hasSize(6);
    }

    @Test
    void accepts_as_many_fragments_as_the_limit() {
        connect().send(ClientFrames.text(0x01, "1"), ClientFrames.text(0x00, "2"), ClientFrames.text(0x80, "3"));

        assertThat(app.seen).containsExactly("open", "text 123");
    }

    @Test
    void closes_1008_for_too_many_fragments() {
        connect()
                .send(
                        ClientFrames.text(0x01, ""),
                        ClientFrames.text(0x00, ""),
                        ClientFrames.text(0x00, ""),
                        ClientFrames.text(0x00, ""));

        assertClosed(1008);
    }

    @Test
    void frame_may_be_as_large_as_a_message() {
        WsLimits limits = WsLimits.DEFAULT.message(5);

        assertThat(limits.frame()).isEqualTo(5);
        assertThat(limits.frame(2).message(9).frame()).isEqualTo(2);
    }

    @Test
    void limits_below_one_are_rejected() {
        assertThatThrownBy(() -> WsLimits.DEFAULT.frame(0).message(1).fragments(1))
                .hasMessage("frame: 0 (expected: >= 1)");
        assertThatThrownBy(() -> WsLimits.DEFAULT.frame(1).message(0).fragments(1))
                .hasMessage("message: 0 (expected: >= 1)");
        assertThatThrownBy(() -> WsLimits.DEFAULT.frame(1).message(1).fragments(0))
                .hasMessage("fragments: 0 (expected: >= 1)");
    }
}

package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much a peer may send at once, judged before it has sent it (RFC 6455 7.4.1: 1009). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LimitsTest {
    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    /** 8 bytes a frame, 10 a message, 3 frames. */
    private Peer connect() {
        return peer.connect(new WsServer(app, new WsLimits(8, 10, 3)));
    }

    private void assertClosed(int code) {
        assertThat(peer.received()).singleElement().asString().startsWith("close " + code + " ");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).hasSize(2);
    }

    @Test
    void a_frame_of_the_limit_is_taken() {
        connect().send(Client.text(0x81, "12345678"));

        assertThat(app.seen).containsExactly("open", "text 12345678");
    }

    @Test
    void a_frame_over_the_limit_closes_with_1009_before_its_payload() {
        connect().wire.sendHex("81 89 00 00 00 00");

        assertClosed(1009);
    }

    @Test
    void a_length_of_64_bits_over_the_limit_closes_with_1009() {
        connect().wire.sendHex("82 ff 7f ff ff ff ff ff ff ff 00 00 00 00");

        assertClosed(1009);
    }

    @Test
    void by_default_a_message_may_come_in_one_frame() {
        peer.connect(app).send(Client.text(0x81, "x".repeat(1 << 20)));

        assertThat(app.seen).hasSize(2).last().isEqualTo("text " + "x".repeat(1 << 20));
    }

    @Test
    void by_default_a_longer_frame_closes_with_1009() {
        peer.connect(app).wire.sendHex("82 ff 00 00 00 00 00 10 00 01 00 00 00 00");

        assertClosed(1009);
    }

    @Test
    void a_message_that_compression_makes_longer_may_come_in_one_frame() {
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        try (DeflatePeer client = new DeflatePeer(Deflate.DEFAULT, "permessage-deflate", app)) {
            byte[] payload = client.compress(noise);
            assertThat(payload.length).isGreaterThan(noise.length);

            client.peer.send(Client.frame(0xC2, payload, new byte[4]));
        }

        assertThat(app.seen).hasSize(3).element(1).asString().hasSize("binary ".length() + 2 * noise.length);
    }

    @Test
    void a_message_of_the_limit_is_taken() {
        connect().send(Client.text(0x01, "12345"), Client.text(0x80, "67890"));

        assertThat(app.seen).containsExactly("open", "text 1234567890");
    }

    @Test
    void a_message_over_the_limit_closes_with_1009_before_its_last_payload() {
        connect().send(Client.text(0x01, "12345")).wire.sendHex("80 86 00 00 00 00");

        assertClosed(1009);
    }

    @Test
    void messages_are_counted_one_by_one() {
        connect();
        for (int i = 0; i < 5; i++) {
            peer.send(Client.text(0x01, "12345"), Client.text(0x80, "67890"));
        }

        assertThat(app.seen).hasSize(6);
    }

    @Test
    void as_many_fragments_as_the_limit_are_taken() {
        connect().send(Client.text(0x01, "1"), Client.text(0x00, "2"), Client.text(0x80, "3"));

        assertThat(app.seen).containsExactly("open", "text 123");
    }

    @Test
    void more_fragments_than_the_limit_close_with_1008() {
        connect().send(Client.text(0x01, ""), Client.text(0x00, ""), Client.text(0x00, ""), Client.text(0x00, ""));

        assertClosed(1008);
    }

    @Test
    void limits_are_at_least_one() {
        assertThatThrownBy(() -> new WsLimits(0, 1, 1)).hasMessage("frame: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new WsLimits(1, 0, 1)).hasMessage("message: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new WsLimits(1, 1, 0)).hasMessage("fragments: 0 (expected: >= 1)");
    }
}

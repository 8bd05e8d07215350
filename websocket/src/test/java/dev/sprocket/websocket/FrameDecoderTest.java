package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding and validation of a client's frames (RFC 6455 5.2). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FrameDecoderTest {
    /** Mask of zeros, which leaves the payload unchanged. */
    private static final String NO_MASK = "00 00 00 00";

    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    /** RFC 6455 5.7. */
    @Test
    void reads_a_masked_text() {
        peer.connect(app).wire.sendHex("81 85 37 fa 21 3d 7f 9f 4d 51 58");

        assertThat(app.seen).containsExactly("open", "text Hello");
    }

    @Test
    void sends_frames_without_a_mask() {
        peer.connect(new EchoServer()).wire.sendHex("81 82 01 02 03 04 69 6b");

        assertThat(peer.wire.receivedHex()).isEqualTo("81 02 68 69");
    }

    @Test
    void echoes_a_binary_message_as_binary() {
        peer.connect(new EchoServer()).wire.sendHex("82 82 01 02 03 04 fe fe");

        assertThat(peer.wire.receivedHex()).isEqualTo("82 02 ff fc");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65535, 65536})
    void echoes_messages_of_any_length(int length) {
        peer.connect(new EchoServer()).send(ClientFrames.text(0x81, "x".repeat(length)));

        assertThat(peer.received()).containsExactly("text " + "x".repeat(length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"125 817d", "126 817e007e", "65535 817effff", "65536 817f0000000000010000"})
    void sends_lengths_in_the_minimal_number_of_bytes(String lengthAndHeader) {
        String[] given = lengthAndHeader.split(" ");
        peer.connect(app);
        app.conn().send("x".repeat(Integer.parseInt(given[0])));

        assertThat(peer.wire.receivedHex().replace(" ", "")).startsWith(given[1] + "7878");
    }

    /** RFC 6455 5.4. */
    @Test
    void assembles_the_frames_of_a_message() {
        peer.connect(app)
                .send(
                        ClientFrames.text(0x01, "a"),
                        ClientFrames.text(0x00, ""),
                        ClientFrames.text(0x00, "bc"),
                        ClientFrames.text(0x80, "d"),
                        ClientFrames.frame(0x02, "01"),
                        ClientFrames.frame(0x80, "02"));

        assertThat(app.seen).containsExactly("open", "text abcd", "binary 0102");
    }

    @Test
    void message_of_empty_frames_is_empty() {
        peer.connect(app).send(ClientFrames.text(0x01, ""), ClientFrames.text(0x00, ""), ClientFrames.text(0x80, ""));

        assertThat(app.seen).containsExactly("open", "text ");
    }

    private void assertRejected(String hex) {
        peer.connect(app).wire.sendHex(hex);

        assertThat(peer.received()).singleElement().asString().startsWith("close 1002 ");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).hasSize(2);
        assertThat(app.seen.get(1)).startsWith("close 1002 unclean ");
    }

    /** RFC 6455 5.1. */
    @Test
    void rejects_a_frame_without_a_mask() {
        assertRejected("81 02 68 69");
    }

    /** RFC 6455 5.2; rejected as soon as the first two bytes have arrived. */
    @ParameterizedTest
    @ValueSource(strings = {"c1 81", "a1 81", "91 81", "f1 81", "c9 80"})
    void rejects_a_reserved_bit_without_an_extension(String hex) {
        assertRejected(hex);
    }

    /** RFC 6455 5.2. */
    @ParameterizedTest
    @ValueSource(strings = {"83", "84", "85", "86", "87", "8b", "8c", "8d", "8e", "8f"})
    void rejects_unknown_opcodes(String opcode) {
        assertRejected(opcode + " 80");
    }

    /** RFC 6455 5.4. */
    @ParameterizedTest
    @ValueSource(strings = {"00", "80"})
    void rejects_a_continuation_without_a_message(String first) {
        assertRejected(first + " 80 " + NO_MASK);
    }

    /** RFC 6455 5.4. */
    @Test
    void rejects_a_continuation_after_the_last_frame() {
        peer.connect(app)
                .send(ClientFrames.text(0x01, "a"), ClientFrames.text(0x80, "b"), ClientFrames.text(0x80, "c"));

        assertThat(peer.received()).singleElement().asString().startsWith("close 1002 ");
        assertThat(app.seen).contains("text ab").hasSize(3);
    }

    /** RFC 6455 5.4. */
    @ParameterizedTest
    @ValueSource(strings = {"01", "81", "02", "82"})
    void rejects_a_new_message_inside_a_fragmented_one(String first) {
        assertRejected("01 81 " + NO_MASK + " 61 " + first + " 80 " + NO_MASK);
    }

    /** RFC 6455 5.2. */
    @Test
    void rejects_a_length_with_the_top_bit_set() {
        assertRejected("82 ff 80 00 00 00 00 00 00 01 " + NO_MASK);
    }

    /** RFC 6455 5.2: the minimal number of bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"fe 00 7d", "ff 00 00 00 00 00 00 00 7d", "ff 00 00 00 00 00 00 ff ff"})
    void rejects_a_length_that_is_not_minimal(String length) {
        assertRejected("82 " + length + " " + NO_MASK);
    }

    @Test
    void only_frames_before_an_invalid_frame_are_delivered() {
        peer.connect(app)
                .send(ClientFrames.text(0x81, "before"), ClientFrames.text(0x83, ""), ClientFrames.text(0x81, "behind"))
                .send(ClientFrames.text(0x81, "after"));

        assertThat(app.seen).hasSize(3).startsWith("open", "text before");
    }
}

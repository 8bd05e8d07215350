package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of a client (RFC 6455 5.2): what they mean, and which of them are no frames. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FrameDecoderTest {
    /** A mask of zeros: what follows it is the payload as it is. */
    private static final String NO_MASK = "00 00 00 00";

    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    /** RFC 6455 5.7. */
    @Test
    void a_masked_text_is_read() {
        peer.connect(app).wire.sendHex("81 85 37 fa 21 3d 7f 9f 4d 51 58");

        assertThat(app.seen).containsExactly("open", "text Hello");
    }

    @Test
    void an_echo_goes_back_without_a_mask() {
        peer.connect(new EchoServer()).wire.sendHex("81 82 01 02 03 04 69 6b");

        assertThat(peer.wire.receivedHex()).isEqualTo("81 02 68 69");
    }

    @Test
    void a_binary_message_goes_back_as_binary() {
        peer.connect(new EchoServer()).wire.sendHex("82 82 01 02 03 04 fe fe");

        assertThat(peer.wire.receivedHex()).isEqualTo("82 02 ff fc");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65535, 65536})
    void a_message_of_any_length_is_read_and_sent(int length) {
        peer.connect(new EchoServer()).send(Client.text(0x81, "x".repeat(length)));

        assertThat(peer.received()).containsExactly("text " + "x".repeat(length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"125 817d", "126 817e007e", "65535 817effff", "65536 817f0000000000010000"})
    void the_length_of_a_frame_is_sent_in_as_few_bytes_as_it_needs(String lengthAndHeader) {
        String[] given = lengthAndHeader.split(" ");
        peer.connect(app);
        app.conn().send("x".repeat(Integer.parseInt(given[0])));

        assertThat(peer.wire.receivedHex().replace(" ", "")).startsWith(given[1] + "7878");
    }

    /** RFC 6455 5.4. */
    @Test
    void the_frames_of_a_message_are_put_together() {
        peer.connect(app)
                .send(
                        Client.text(0x01, "a"),
                        Client.text(0x00, ""),
                        Client.text(0x00, "bc"),
                        Client.text(0x80, "d"),
                        Client.frame(0x02, "01"),
                        Client.frame(0x80, "02"));

        assertThat(app.seen).containsExactly("open", "text abcd", "binary 0102");
    }

    @Test
    void a_message_of_empty_frames_is_empty() {
        peer.connect(app).send(Client.text(0x01, ""), Client.text(0x00, ""), Client.text(0x80, ""));

        assertThat(app.seen).containsExactly("open", "text ");
    }

    private void assertRefused(String hex) {
        peer.connect(app).wire.sendHex(hex);

        assertThat(peer.received()).singleElement().asString().startsWith("close 1002 ");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).hasSize(2);
        assertThat(app.seen.get(1)).startsWith("close 1002 unclean ");
    }

    /** RFC 6455 5.1. */
    @Test
    void a_frame_without_a_mask_is_refused() {
        assertRefused("81 02 68 69");
    }

    /** RFC 6455 5.2, as soon as the first two bytes are there. */
    @ParameterizedTest
    @ValueSource(strings = {"c1 81", "a1 81", "91 81", "f1 81", "c9 80"})
    void a_reserved_bit_without_an_extension_is_refused(String hex) {
        assertRefused(hex);
    }

    /** RFC 6455 5.2. */
    @ParameterizedTest
    @ValueSource(strings = {"83", "84", "85", "86", "87", "8b", "8c", "8d", "8e", "8f"})
    void an_opcode_that_has_no_meaning_is_refused(String opcode) {
        assertRefused(opcode + " 80");
    }

    /** RFC 6455 5.4. */
    @ParameterizedTest
    @ValueSource(strings = {"00", "80"})
    void a_continuation_of_nothing_is_refused(String first) {
        assertRefused(first + " 80 " + NO_MASK);
    }

    /** RFC 6455 5.4. */
    @Test
    void a_continuation_of_a_message_that_is_over_is_refused() {
        peer.connect(app).send(Client.text(0x01, "a"), Client.text(0x80, "b"), Client.text(0x80, "c"));

        assertThat(peer.received()).singleElement().asString().startsWith("close 1002 ");
        assertThat(app.seen).contains("text ab").hasSize(3);
    }

    /** RFC 6455 5.4. */
    @ParameterizedTest
    @ValueSource(strings = {"01", "81", "02", "82"})
    void a_new_message_inside_a_fragmented_one_is_refused(String first) {
        assertRefused("01 81 " + NO_MASK + " 61 " + first + " 80 " + NO_MASK);
    }

    /** RFC 6455 5.2. */
    @Test
    void a_length_with_the_top_bit_set_is_refused() {
        assertRefused("82 ff 80 00 00 00 00 00 00 01 " + NO_MASK);
    }

    /** RFC 6455 5.2: the minimal number of bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"fe 00 7d", "ff 00 00 00 00 00 00 00 7d", "ff 00 00 00 00 00 00 ff ff"})
    void a_length_in_more_bytes_than_it_needs_is_refused(String length) {
        assertRefused("82 " + length + " " + NO_MASK);
    }

    @Test
    void frames_before_a_bad_one_count_and_those_behind_it_do_not() {
        peer.connect(app)
                .send(Client.text(0x81, "before"), Client.text(0x83, ""), Client.text(0x81, "behind"))
                .send(Client.text(0x81, "after"));

        assertThat(app.seen).hasSize(3).startsWith("open", "text before");
    }
}

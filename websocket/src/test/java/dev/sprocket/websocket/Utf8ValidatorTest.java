package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.websocket.internal.frame.Utf8Validator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Incremental validation of UTF-8 text (RFC 6455 8.1, RFC 3629). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class Utf8ValidatorTest {
    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    private static int validate(byte[] bytes, int from, int to, int state) {
        return Utf8Validator.next(state, Unpooled.wrappedBuffer(bytes), from, to - from);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** First and last character of each length, and the characters next to the surrogates. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "7f",
                "c2 80",
                "df bf",
                "e0 a0 80",
                "ed 9f bf",
                "ee 80 80",
                "ef bf bf",
                "f0 90 80 80",
                "f4 8f bf bf"
            })
    void accepts_characters_whole_and_byte_by_byte(String hex) {
        byte[] bytes = bytes(hex);
        assertThat(validate(bytes, 0, bytes.length, Utf8Validator.START)).isEqualTo(Utf8Validator.START);

        int state = Utf8Validator.START;
        for (int i = 0; i < bytes.length; i++) {
            state = validate(bytes, i, i + 1, state);
            assertThat(state).isNotEqualTo(Utf8Validator.INVALID);
            assertThat(state == Utf8Validator.START).as("after byte %s", i).isEqualTo(i == bytes.length - 1);
        }
    }

    /** Each sequence is invalid at its last byte, and not before. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "bf",
                "c0",
                "c1",
                "c2 7f",
                "c2 c0",
                "df 00",
                "e0 9f",
                "e1 7f",
                "ed a0",
                "ed bf",
                "ef bf 7f",
                "f0 8f",
                "f1 c0",
                "f4 90",
                "f5",
                "f8",
                "ff",
                "f0 90 80 c0",
                "61 62 63 64 65 66 67 68 ff"
            })
    void invalid_byte_is_detected_immediately(String hex) {
        byte[] bytes = bytes(hex);

        assertThat(validate(bytes, 0, bytes.length - 1, Utf8Validator.START)).isNotEqualTo(Utf8Validator.INVALID);
        assertThat(validate(bytes, 0, bytes.length, Utf8Validator.START)).isEqualTo(Utf8Validator.INVALID);
    }

    @Test
    void incomplete_character_is_neither_complete_nor_invalid() {
        assertThat(validate(bytes("f0 9f 98"), 0, 3, Utf8Validator.START))
                .isNotIn(Utf8Validator.START, Utf8Validator.INVALID);
    }

    @Test
    void agrees_with_the_JDK_on_random_split_bytes() {
        Random random = new Random(3629);
        int validCount = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = randomText(random);
            int cut = random.nextInt(bytes.length + 1);
            int state = validate(bytes, 0, cut, Utf8Validator.START);
            boolean valid =
                    state != Utf8Validator.INVALID && validate(bytes, cut, bytes.length, state) == Utf8Validator.START;

            assertThat(valid)
                    .as(HexFormat.of().formatHex(bytes) + " cut at " + cut)
                    .isEqualTo(isUtf8(bytes));
            validCount += valid ? 1 : 0;
        }
        assertThat(validCount).isBetween(5_000, 15_000);
    }

    /** Returns characters of all lengths, in half of the cases with one byte changed. */
    private static byte[] randomText(Random random) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(12);
        for (int i = 0; i < length; i++) {
            int[] ends = {0x80, 0x800, 0xD800, 0x110000};
            int point = random.nextInt(ends[random.nextInt(ends.length)]);
            text.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 'x' : point);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextBoolean()) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private void assertClosedWith1007() {
        assertThat(peer.received()).singleElement().asString().startsWith("close 1007 ");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).hasSize(2);
    }

    @Test
    void closes_1007_for_text_that_is_not_UTF_8() {
        peer.connect(app).send(ClientFrames.frame(0x81, "61 ff"));

        assertClosedWith1007();
    }

    @Test
    void closes_1007_when_text_ends_inside_a_character() {
        peer.connect(app).send(ClientFrames.frame(0x81, "61 e2 82"));

        assertClosedWith1007();
    }

    @Test
    void closes_1007_when_fragmented_text_ends_inside_a_character() {
        peer.connect(app).send(ClientFrames.frame(0x01, "61 e2 82"), ClientFrames.frame(0x80, ""));

        assertClosedWith1007();
    }

    @Test
    void character_may_be_split_across_frames_and_a_ping() {
        peer.connect(app)
                .send(
                        ClientFrames.frame(0x01, "e2"),
                        ClientFrames.frame(0x89, "ff"),
                        ClientFrames.frame(0x80, "82 ac"));

        assertThat(app.seen).containsExactly("open", "text €");
    }

    @Test
    void invalid_byte_is_detected_before_its_message_is_complete() {
        peer.connect(app).send(ClientFrames.frame(0x01, "61 ed a0"));

        assertClosedWith1007();
    }

    @Test
    void invalid_byte_is_detected_before_its_frame_is_complete() {
        peer.connect(app).wire.sendHex("81 fe 10 00 00 00 00 00 61 62 ff");

        assertClosedWith1007();
    }

    @Test
    void binary_message_may_contain_any_bytes() {
        peer.connect(app).send(ClientFrames.frame(0x02, "ff"), ClientFrames.frame(0x80, "e2 82"));

        assertThat(app.seen).containsExactly("open", "binary ffe282");
    }
}

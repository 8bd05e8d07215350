package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing handshake started by the application (RFC 6455 7.1.2). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LocalCloseTest {
    private static final byte[] CLOSE_1000 = ClientFrames.frame(0x88, "03 e8");
    private static final byte[] CLOSE_4000 = ClientFrames.frame(0x88, "0f a0 67 6f");

    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    @Test
    void close_waits_for_the_close_frame_of_the_peer() {
        peer.connect(app);
        app.conn().close(4000, "go");

        assertThat(peer.wire.receivedHex()).isEqualTo("88 04 0f a0 67 6f");
        assertThat(peer.isOpen()).isTrue();
        assertThat(app.seen).containsExactly("open");

        peer.send(CLOSE_4000);
        assertThat(peer.received()).isEmpty();
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open", "close 4000 clean go");
    }

    @Test
    void close_without_a_code_means_1000() {
        peer.connect(app);
        app.conn().close();

        assertThat(peer.wire.receivedHex()).isEqualTo("88 02 03 e8");
    }

    @Test
    void unanswered_close_disconnects_after_five_seconds() {
        peer.connect(app);
        app.conn().close(1000, "bye");

        peer.wire.advance(4_999);
        assertThat(peer.isOpen()).isTrue();

        peer.wire.advance(1);
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open", "close 1000 unclean bye");
    }

    @Test
    void nothing_is_sent_after_close() {
        peer.connect(app);
        app.conn().send("before");
        app.conn().close();

        assertThat(app.conn().isOpen()).isFalse();
        assertThat(app.conn().send("after")).isFalse();
        assertThat(app.conn().ping(new byte[0])).isFalse();
        peer.send(ClientFrames.frame(0x89, "01"));
        assertThat(peer.received()).containsExactly("text before", "close 1000 ");
    }

    @Test
    void only_the_first_close_takes_effect() {
        peer.connect(app);
        app.conn().close(4001, "first");
        app.conn().close(4002, "second");

        assertThat(peer.received()).containsExactly("close 4001 first");
    }

    @Test
    void messages_received_after_close_are_dropped() {
        peer.connect(app);
        app.conn().close();
        peer.send(ClientFrames.text(0x81, "late"), ClientFrames.text(0x01, "la"), ClientFrames.text(0x80, "ter"));

        assertThat(app.seen).containsExactly("open");
        peer.send(CLOSE_1000);
        assertThat(app.seen).containsExactly("open", "close 1000 clean ");
    }

    @Test
    void violation_after_close_disconnects_without_another_close_frame() {
        peer.connect(app);
        app.conn().close();
        peer.send(ClientFrames.text(0x83, ""));

        assertThat(peer.received()).containsExactly("close 1000 ");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open", "close 1000 unclean ");
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1004, 1005, 1006, 1015, 2999, 5000})
    void close_with_an_invalid_code_throws(int code) {
        peer.connect(app);

        assertThatThrownBy(() -> app.conn().close(code, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("close code: " + code);
        assertThat(app.conn().isOpen()).isTrue();
    }

    /** RFC 6455 5.5: a control frame has at most 125 bytes. */
    @Test
    void long_reason_is_truncated_between_characters() {
        peer.connect(app);
        app.conn().close(1000, "€".repeat(40) + "ab€");

        assertThat(peer.received()).containsExactly("close 1000 " + "€".repeat(40) + "ab");
    }
}

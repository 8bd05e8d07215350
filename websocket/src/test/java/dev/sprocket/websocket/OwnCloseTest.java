package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The closing handshake, begun by the application (RFC 6455 7.1.2). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OwnCloseTest {
    private static final byte[] CLOSE_1000 = Client.frame(0x88, "03 e8");
    private static final byte[] CLOSE_4000 = Client.frame(0x88, "0f a0 67 6f");

    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    @Test
    void our_close_waits_for_that_of_the_peer() {
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
    void a_peer_that_does_not_answer_our_close_is_cut_after_five_seconds() {
        peer.connect(app);
        app.conn().close(1000, "bye");

        peer.wire.advance(4_999);
        assertThat(peer.isOpen()).isTrue();

        peer.wire.advance(1);
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open", "close 1000 unclean bye");
    }

    @Test
    void nothing_is_sent_after_our_close() {
        peer.connect(app);
        app.conn().send("before");
        app.conn().close();

        assertThat(app.conn().isOpen()).isFalse();
        assertThat(app.conn().send("after")).isFalse();
        assertThat(app.conn().ping(new byte[0])).isFalse();
        peer.send(Client.frame(0x89, "01"));
        assertThat(peer.received()).containsExactly("text before", "close 1000 ");
    }

    @Test
    void only_the_first_close_counts() {
        peer.connect(app);
        app.conn().close(4001, "first");
        app.conn().close(4002, "second");

        assertThat(peer.received()).containsExactly("close 4001 first");
    }

    @Test
    void messages_after_our_close_are_dropped() {
        peer.connect(app);
        app.conn().close();
        peer.send(Client.text(0x81, "late"), Client.text(0x01, "la"), Client.text(0x80, "ter"));

        assertThat(app.seen).containsExactly("open");
        peer.send(CLOSE_1000);
        assertThat(app.seen).containsExactly("open", "close 1000 clean ");
    }

    @Test
    void a_peer_that_breaks_a_rule_after_our_close_is_cut_without_a_second_close() {
        peer.connect(app);
        app.conn().close();
        peer.send(Client.text(0x83, ""));

        assertThat(peer.received()).containsExactly("close 1000 ");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open", "close 1000 unclean ");
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1004, 1005, 1006, 1015, 2999, 5000})
    void an_application_cannot_send_a_code_that_may_not_be_sent(int code) {
        peer.connect(app);

        assertThatThrownBy(() -> app.conn().close(code, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("close code: " + code);
        assertThat(app.conn().isOpen()).isTrue();
    }

    /** RFC 6455 5.5: a control frame has at most 125 bytes. */
    @Test
    void a_reason_that_is_too_long_is_cut_between_characters() {
        peer.connect(app);
        app.conn().close(1000, "€".repeat(40) + "ab€");

        assertThat(peer.received()).containsExactly("close 1000 " + "€".repeat(40) + "ab");
    }
}
